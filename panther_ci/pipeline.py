"""Orders the steps of a run and returns its report; what reads, asks git or runs bodies is handed in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import TypeAlias

from panther_ci import __version__
from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES
from panther_ci.errors import InputError, Interrupted
from panther_ci.kinds import Body
from panther_ci.model import (
    CaseResult,
    Change,
    ChangeKind,
    ChangeSet,
    Finding,
    Job,
    JobResult,
    LeftOut,
    Level,
    Location,
    Outcome,
    PackItem,
    Report,
    Selection,
    Spec,
    SpecReport,
)
from panther_ci.model.reasons import NotRun, Skip, SkipReason
from panther_ci.repository.refusals import show_path
from panther_ci.repository.selection import find_changed, select
from panther_ci.specs.assembly import build_jobs, find_needed, resolve
from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.filters import Filter
from panther_ci.specs.loader import SpecLoader
from panther_ci.specs.project import Project, load_project
from panther_ci.specs.search import Search

RunJobs: TypeAlias = Callable[[Sequence[Job]], Iterator[JobResult]]


@dataclass(frozen=True)
class Request:
    """What is to be judged: the bytes, what changed, and how strict to be.

    `files` has all that may be needed; only what is in the folder `within` is judged.
    `read_findings` are about files that can't be read, and reported only if the run is about these files;
    `package_findings` concern all bodies, so they are always reported. `destinations` are those of the
    deployment; none if they are not known. `left_out` is not part of `files`; `unnamed` are the bodies of
    specs that are left out.
    """

    files: Mapping[str, bytes]
    comparison: ChangeSet
    read_findings: tuple[Finding, ...] = ()
    package_findings: tuple[Finding, ...] = ()
    settings: CheckSettings = field(default_factory=CheckSettings)
    filter: Filter = field(default_factory=Filter)
    skip_disabled: bool = False
    trusted: bool = False
    destinations: tuple[str, ...] = ()
    within: str = "."
    left_out: tuple[LeftOut, ...] = ()
    unnamed: frozenset[str] = frozenset()

    def covers(self, path: str) -> bool:
        """Whether a path is in the folder that is judged."""
        return self.within == "." or path == self.within or path.startswith(f"{self.within}/")


@dataclass(frozen=True)
class Judged:
    """The report, and what was judged: exactly these bytes may be packed now."""

    report: Report
    items: tuple[PackItem, ...]


def judge(request: Request, run: RunJobs) -> Judged:
    """Select, check and run, and report on every selected spec.

    Every case of a selected spec has exactly one result in the report; a case without one is an error.
    Raises `InputError` if everything is to be judged and the filter matches nothing.
    """
    search = Search(request.files)
    base = Search(request.comparison.base_files)
    before = base.names()
    affected = include_rivals(select_files(search, request.comparison, before), search, request)
    selection = restrict(affected, request)
    former = find_former(request.comparison.changes, base)
    project = load_project(search, selection.reasons, SpecLoader(former, request.within != "."))
    chosen = choose(project, request.filter)
    touched = find_touched(search, request.comparison, before)
    settings = request.settings._replace(before=before, touched=touched)
    if request.comparison.judge_all_reason and project.selected:
        require_match(chosen, project, request.filter)
    needed = load_needed(request, project, chosen, affected)
    found = [
        *request.package_findings,
        *_in_scope(request, former),
        *_drop_filtered_out(chosen, project, check_project(project, settings)),
        *find_errors(needed, settings),
    ]
    found = [each for each in found if not _is_of_unnamed(each, request)]
    skipped = skip_reasons(chosen, project, request.skip_disabled)
    wanted = {spec.path for spec in chosen}.difference(skipped)
    jobs = [
        job._replace(destinations=request.destinations)
        for job in build_jobs(project, changed_paths(request))
        if job.spec.path in wanted
    ]
    results, interrupted = collect(run, jobs)
    found += [finding for result in results.values() for finding in result.findings]
    found += report_unloaded(jobs, results)
    items = list_items(project, chosen, request.settings.deploy_all)
    specs = tuple(
        report_spec(spec, selection, results, skipped, deployed=item.deployed)
        for spec, item in zip(chosen, items, strict=True)
    )
    report = assemble(request, selection, specs, found)
    # Of a change, nothing is packed.
    packed = needed.selected if request.comparison.judge_all_reason else ()
    total = search.count(filter(request.covers, search.specs))
    report = replace(report, total=total, interrupted=interrupted)
    return Judged(report, (*items, *list_items(needed, packed, request.settings.deploy_all)))


def choose(project: Project, wanted: Filter) -> list[Spec]:
    """The selected specs that match a filter, and their bases; globals and data models always."""
    whole = [resolve(project, spec) for spec in project.selected]
    matching = [spec for spec in whole if wanted.matches(spec)]
    paths = {spec.path for spec in matching}.union(
        *({base.path for base in project.bases(spec)} for spec in matching)
    )
    return [spec for spec in whole if spec.path in paths or spec.type.kind.shared]


def require_match(chosen: Iterable[Spec], project: Project, wanted: Filter) -> None:
    """Raise `InputError` if no spec matches the filter; globals and data models count only if they do."""
    if not any(wanted.matches(resolve(project, spec)) for spec in chosen):
        raise InputError("filter: no spec matches it.", "Compare its values with those of your specs.")


def restrict(selection: Selection, request: Request) -> Selection:
    """What of a selection is in the folder that is judged."""
    reasons = {path: why for path, why in selection.reasons.items() if request.covers(path)}
    return selection if request.within == "." else replace(selection, reasons=reasons)


def load_needed(request: Request, project: Project, chosen: Iterable[Spec], affected: Selection) -> Project:
    """What is packed with the specs chosen although it is in another folder, as a project to be checked.

    Of what a change does not affect, there is nothing to be said.
    """
    if request.within == ".":
        return Project(project.search, frozenset(), {}, ())
    paths = find_needed(project, chosen) - {spec.path for spec in chosen}
    return load_project(project.search, paths & affected.reasons.keys())


def find_errors(needed: Project, settings: CheckSettings) -> Iterator[Finding]:
    """What would keep the specs chosen from being deployed, though it is in another folder."""
    found = check_project(needed, settings._replace(minimum_tests=0))
    return (each for each in found if each.level is Level.ERROR)


def select_files(search: Search, comparison: ChangeSet, before: frozenset[str]) -> Selection:
    """What the changes affect; `before` are the names that changed files provided before."""
    if reason := comparison.judge_all_reason:
        return Selection(dict.fromkeys(search.files, (reason,)), reason)
    return select(search, comparison.changes, before)


def include_rivals(selection: Selection, search: Search, request: Request) -> Selection:
    """A selection with what a change is in conflict with, where its own files may not be reported."""
    changed = find_changed(search.files, request.comparison.changes) if not selection.judge_all_reason else ()
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(changed):
        if request.filter.terms or not request.covers(path):
            reason = f"has a name in common with `{show_path(path)}`, which changed"
            found |= dict.fromkeys(search.rivals(path), (reason,))
    return replace(selection, reasons={**found, **selection.reasons})


def find_touched(search: Search, comparison: ChangeSet, before: frozenset[str]) -> frozenset[str] | None:
    """The names that changed files provide now or provided before; None if the changes are not known."""
    if comparison.judge_all_reason:
        return None
    changed = find_changed(search.files, comparison.changes)
    return before.union(*(search.node(path).provides for path in changed))


def changed_paths(request: Request) -> frozenset[str]:
    """Paths that the change wrote; all of them where that is not known, or none if the content is trusted."""
    if not request.comparison.judge_all_reason:
        return find_changed(request.files, request.comparison.changes)
    return frozenset() if request.trusted else frozenset(request.files)


def skip_reasons(specs: Iterable[Spec], project: Project, skip_disabled: bool) -> Mapping[str, SkipReason]:
    """Why the cases of a spec are not run, by path."""
    reasons = {spec.path: project.skipped[spec.path] for spec in specs if spec.path in project.skipped}
    if skip_disabled:
        reasons |= {spec.path: Skip.DISABLED for spec in specs if not spec.enabled}
    return reasons


def collect(run: RunJobs, jobs: Sequence[Job]) -> tuple[Mapping[str, JobResult], str]:
    """The results by path, and the signal that cut the run short; an empty one if none did."""
    results: dict[str, JobResult] = {}
    stream = run(jobs)
    try:
        for result in stream:
            results[result.path] = result
    except Interrupted as signal:
        return results, str(signal)
    return results, ""


def report_unloaded(jobs: Iterable[Job], results: Mapping[str, JobResult]) -> Iterator[Finding]:
    """A finding for each detection without cases that has no result: it has no case to be an error."""
    for job in jobs:
        if not job.spec.cases and job.spec.path not in results:
            place = Location(job.body.path)
            yield Finding(CheckId.BODY_LOADS, "", place, detection=job.spec.id, reason=NotRun.BODY)


def report_spec(
    spec: Spec,
    selection: Selection,
    results: Mapping[str, JobResult],
    skipped: Mapping[str, SkipReason],
    *,
    deployed: bool,
) -> SpecReport:
    """What became of one selected spec."""
    reason = skipped.get(spec.path)
    cases = tuple(account(spec, results.get(spec.path), reason))
    reasons = selection.reasons.get(spec.path, ())
    return SpecReport(spec.id, spec.path, spec.type, reasons, cases, reason, _controls(spec), deployed)


def account(spec: Spec, result: JobResult | None, skipped: SkipReason | None) -> Iterator[CaseResult]:
    """Exactly one result for each case of a spec, in order; an error if there is none."""
    came = result.cases if result else ()
    for index, case in enumerate(spec.cases):
        blank = CaseResult(spec.id, case.name, Outcome.ERRORED, case.location, case.expected)
        if skipped:
            yield replace(blank, outcome=Outcome.SKIPPED, reason=skipped)
        elif index < len(came) and came[index].case == case.name:
            yield came[index]
        else:
            yield replace(blank, reason=NotRun.CASE)


def assemble(
    request: Request, selection: Selection, specs: tuple[SpecReport, ...], findings: Sequence[Finding]
) -> Report:
    """The report of a run, its findings in the order of the files."""
    return Report(
        specs,
        tuple(sorted(dict.fromkeys(findings), key=_order)),
        judge_all_reason=selection.judge_all_reason,
        left_out=request.left_out,
        base=request.comparison.base,
        head=request.comparison.head,
        version=__version__,
    )


def _order(finding: Finding) -> tuple[str, int, int]:
    place = finding.location
    return place.path, place.line or 0, place.column or 0


def list_items(project: Project, chosen: Sequence[Spec], deploy_all: bool) -> tuple[PackItem, ...]:
    """The specs chosen, each with its own body and whether it is deployed: only its own `Status` counts."""
    return tuple(_item(project, project.specs[spec.path], deploy_all) for spec in chosen)


def _item(project: Project, spec: Spec, deploy_all: bool) -> PackItem:
    """A spec with its body; without the data of a lookup table, since a deployment takes JSON for a spec."""
    body = spec.body if spec.type.kind.body is not Body.NONE else None
    paths = [path for path in (spec.path, body) if path and path in project.files]
    files = tuple((path, project.files[path]) for path in paths)
    deployed = deploy_all or spec.released
    return PackItem(spec.path, spec.id, spec.type, files, len(project.bases(spec)), deployed)


def _drop_filtered_out(
    chosen: Sequence[Spec], project: Project, findings: Iterable[Finding]
) -> Iterator[Finding]:
    """Findings without those on detections that a filter excluded, in their specs or bodies."""
    paths = {spec.path for spec in project.selected} - {spec.path for spec in chosen}
    ids = {spec.id for spec in project.selected} - {spec.id for spec in chosen}
    return (
        finding for finding in findings if finding.location.path not in paths and finding.detection not in ids
    )


def _is_of_unnamed(finding: Finding, request: Request) -> bool:
    """Whether a finding is that no spec names a body, and one does that is left out."""
    return finding.check is CheckId.UNUSED_BODY and finding.location.path in request.unnamed


def find_former(changes: Iterable[Change], base: Search) -> frozenset[str]:
    """The paths of what was a spec before the change: its own, or where it was renamed to; for one that was
    deleted, those of new files beside it with another suffix."""
    found: set[str] = set()
    known = tuple(changes)
    new = {change.path for change in known if change.kind in (ChangeKind.ADDED, ChangeKind.RENAMED)}
    for change in known:
        if base.outline(change.old_path or change.path):
            stem = change.path.rpartition(".")[0]
            is_gone = change.kind is ChangeKind.DELETED
            found |= new.intersection(stem + suffix for suffix in SPEC_SUFFIXES) if is_gone else {change.path}
    return frozenset(found)


def _in_scope(request: Request, former: frozenset[str]) -> tuple[Finding, ...]:
    """Findings on files and folders that could not be read, if the change or the run is about these.

    What was a spec before the change is not data, whatever its size.
    """
    comparison = request.comparison
    inside = (each for each in request.read_findings if request.covers(each.location.path))
    errors = set(map(show_path, former))
    findings = tuple(
        each._replace(level=Level.ERROR) if each.location.path in errors else each for each in inside
    )
    if comparison.judge_all_reason or not findings:
        return findings
    changes = [change._replace(path=show_path(change.path)) for change in comparison.changes]
    touched = find_changed((finding.location.path for finding in findings), changes)
    touched |= {str(folder) for change in changes for folder in PurePosixPath(change.path).parents}
    return tuple(finding for finding in findings if finding.location.path in touched)


def _controls(spec: Spec) -> Mapping[str, tuple[str, ...]]:
    """The frameworks a spec reports to, by name."""
    reports = spec.fields.get("Reports")
    if not isinstance(reports, dict):
        return {}
    return {
        name: tuple(str(item) for item in items) for name, items in reports.items() if isinstance(items, list)
    }
