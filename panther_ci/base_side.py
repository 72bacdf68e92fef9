"""The base of a change: judged where the change is wrong, so that only what is new or differs counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from panther_ci.accounting import RunJobs, account, collect, skip_reasons
from panther_ci.judging.standing import (
    Placed,
    Renames,
    Tried,
    pair_cases,
    place_case,
    place_findings,
)
from panther_ci.model import (
    Case,
    CaseResult,
    Change,
    ChangeKind,
    ChangeSet,
    Finding,
    Job,
    Location,
    Report,
    Spec,
    SpecReport,
)
from panther_ci.repository.selection import find_changed
from panther_ci.specs.assembly import build_jobs, resolve
from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search

# Merged content shares processes with no content of the change, which can't have this path.
_GROUP: Final = frozenset({"\0base"})


class BaseRequest(NamedTuple):
    """What is known of the checkout: its bytes, what changed, its specs by path, and how strict to be.

    `jobs` are those that ran, by the path of their spec, `shared` are findings that the base has too, and
    `skip_disabled` is as in the run.
    """

    files: Mapping[str, bytes]
    changes: ChangeSet
    written: Mapping[str, Spec]
    jobs: Mapping[str, Job]
    settings: CheckSettings
    shared: tuple[Finding, ...]
    skip_disabled: bool
    destinations: tuple[str, ...]


class _Base(NamedTuple):
    """What was found on the base: the cases by the path of their spec, and the findings.

    `interrupted` is the signal that cut the run short, if one did.
    """

    cases: Mapping[str, Sequence[Tried]] = {}
    findings: tuple[Placed, ...] = ()
    interrupted: str = ""


def compare_with_base(request: BaseRequest, report: Report, run: RunJobs) -> Report:
    """The report with the standing of each problem; where the base can't be judged, all of them are new."""
    paths = _find_paths(request, report)
    renames = _find_renames(request)
    before = {renames.get(path, path) for path in paths}
    base = _judge(request, frozenset(before), run)
    if base.interrupted:
        return replace(report, compared=True, interrupted=base.interrupted)
    specs = tuple(_place_spec(request, spec, base, renames) for spec in report.specs)
    findings = place_findings(_locate(report.findings, request.written), base.findings, renames)
    return replace(report, specs=specs, findings=findings, compared=True)


def list_base_files(files: Mapping[str, bytes], changes: ChangeSet) -> dict[str, bytes]:
    """The files of the base: those of the checkout that did not change, and the old bytes of the others."""
    changed = find_changed(files, changes.changes)
    unchanged = {path: data for path, data in files.items() if path not in changed}
    return unchanged | dict(changes.base_files)


def _find_renames(request: BaseRequest) -> Renames:
    """Where files were on the base: by git's renames, and by the ids of specs in new files."""
    changes = request.changes.changes
    renames = request.changes.renames
    added = {each.path for each in changes if each.kind is ChangeKind.ADDED}
    gone = {each.path: request.changes.base_files.get(each.path, b"") for each in changes if _is_gone(each)}
    known = {(each.type, name): each for each in Search(gone).read_all() for name in each.ids}
    for path, spec in request.written.items():
        old = known.get((spec.type, spec.id))
        if path in added and old:
            renames[path] = old.path
            if spec.body in added and old.body in gone:
                renames[spec.body] = old.body
    return renames


def _is_gone(change: Change) -> bool:
    return change.kind is ChangeKind.DELETED


def _locate(findings: Iterable[Finding], specs: Mapping[str, Spec]) -> list[Placed]:
    """The findings, those in a case of a spec with its name."""
    return [Placed(finding, _find_case(finding.location, specs)) for finding in findings]


def _find_case(place: Location, specs: Mapping[str, Spec]) -> str:
    spec = specs.get(place.path)
    cases = spec.cases if spec else ()
    before = [case for case in cases if case.location.path == place.path and _is_before(case, place)]
    return max(before, key=lambda case: case.location.line or 0).name if before else ""


def _is_before(case: Case, place: Location) -> bool:
    return (case.location.line or 0) <= (place.line or 0)


def _find_paths(request: BaseRequest, report: Report) -> set[str]:
    """The files that something is wrong with, the specs it is told of, and changed ones that make alerts."""
    paths = {spec.path for spec in report.specs if spec.bad or (spec.touched and spec.alerting)}
    paths |= {finding.location.path for finding in report.findings}
    named = {finding.detection for finding in report.findings}
    return paths | {path for path, spec in request.written.items() if spec.id in named}


def _judge(request: BaseRequest, paths: frozenset[str], run: RunJobs) -> _Base:
    """What is wrong on the base with the files at these paths."""
    project = load_project(Search(list_base_files(request.files, request.changes)), paths)
    chosen = [resolve(project, spec) for spec in project.selected]
    skipped = skip_reasons(chosen, project, request.skip_disabled)
    jobs = [
        job._replace(group=_GROUP, destinations=request.destinations, explained=False)
        for job in build_jobs(project, frozenset())
        if job.spec.path not in skipped
    ]
    results, interrupted = collect(run, jobs)
    if interrupted:
        return _Base(interrupted=interrupted)
    findings = [*request.shared, *check_project(project, request.settings)]
    findings += [finding for result in results.values() for finding in result.findings]
    ran = {job.spec.path: job for job in jobs}
    cases = {
        spec.path: _list_tried(
            spec, account(spec, results.get(spec.path), skipped.get(spec.path)), ran.get(spec.path)
        )
        for spec in chosen
    }
    return _Base(cases, tuple(_locate(findings, {spec.path: spec for spec in chosen})))


def _list_tried(spec: Spec, results: Iterable[CaseResult], job: Job | None) -> list[Tried]:
    return [Tried(case, result, job) for case, result in zip(spec.cases, results, strict=True)]


def _place_spec(request: BaseRequest, spec: SpecReport, base: _Base, renames: Renames) -> SpecReport:
    """A spec with the standings of its cases, and the alerts that they made before."""
    before = base.cases.get(renames.get(spec.path, spec.path), ())
    now = _list_tried(request.written[spec.path], spec.cases, request.jobs.get(spec.path))
    cases = (_place_case(each, other, renames) for each, other in pair_cases(now, before))
    return replace(spec, cases=tuple(cases))


def _place_case(now: Tried, before: Tried | None, renames: Renames) -> CaseResult:
    alert = before.result.alert if before else None
    standing = place_case(now, before, renames) if now.result.bad else now.result.standing
    return replace(now.result, standing=standing, alert_before=alert)
