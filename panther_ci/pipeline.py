"""Orders the steps of a run and returns its report; what reads, asks git or runs bodies is handed in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from panther_ci import __version__
from panther_ci.accounting import Early, RunJobs, account, collect, report_unloaded, skip_reasons
from panther_ci.base_side import BaseRequest, compare_with_base
from panther_ci.catalogue import CheckId
from panther_ci.causes import Causes, find_changed_lines, find_losses
from panther_ci.effects import find_effects
from panther_ci.model import (
    CaseResult,
    ChangeSet,
    Finding,
    Job,
    JobResult,
    Level,
    Loss,
    PackItem,
    Report,
    Spec,
    SpecReport,
)
from panther_ci.model.reasons import Skip, SkipReason
from panther_ci.naming import choose_cases
from panther_ci.repository.refusals import show_path
from panther_ci.repository.selection import find_changed
from panther_ci.scope import Request as Request
from panther_ci.scope import Scope
from panther_ci.specs.assembly import build_jobs
from panther_ci.specs.checks import CheckSettings, check_project, go_on
from panther_ci.specs.declared import locate_conditions
from panther_ci.specs.loader import SpecLoader
from panther_ci.specs.lookup_data import has_data
from panther_ci.specs.project import Project
from panther_ci.specs.search import Search


@dataclass(frozen=True)
class Judged:
    """The report, and what was judged: exactly these bytes may be packed now.

    `whole` is what a deployment would get of the repository, judged or not, where that was asked for.
    """

    report: Report
    items: tuple[PackItem, ...]
    whole: tuple[PackItem, ...] = ()


def judge(request: Request, run: RunJobs, early: Early | None = None) -> Judged:
    """Select, check and run, and report on every selected spec; jobs may begin `early`, beside the checks.

    Every case of a selected spec has exactly one result in the report; a case without one is an error.
    Raises `InputError` if everything is to be judged and the filter matches nothing.
    """
    scope = Scope.of(request)
    skipped = list_skipped(request, scope)
    jobs = list_jobs(request, scope, skipped)
    if early:
        early.begin(jobs)
    findings = find_faults(request, scope, early.work if early else go_on)
    results, interrupted = collect(run, jobs)
    findings += [finding for result in results.values() for finding in result.findings]
    findings += report_unloaded(jobs, results)
    items = list_items(scope.project, scope.chosen, request.settings.deploy_all)
    causes = find_causes(request, scope, jobs)
    specs = tuple(
        replace(report_spec(spec, scope, causes, results, skipped), deployed=item.deployed)
        for spec, item in zip(scope.chosen, items, strict=True)
    )
    specs = tuple(keep_alerts(spec, request.alerts) for spec in specs)
    report = assemble(request, scope, specs, findings)
    losses = keep_needed(causes.losses, specs)
    lines = find_changed_lines(request.files, request.comparison, causes.changed)
    report = replace(report, changed=lines, losses=losses, interrupted=interrupted)
    if must_compare(request, report):
        report = compare_with_base(describe_checkout(request, scope, jobs), report, run)
    return Judged(report, (*items, *list_packed(request, scope.needed)))


def find_faults(request: Request, scope: Scope, pause: Callable[[], None]) -> list[Finding]:
    """What is wrong without running anything; calls `pause` again and again."""
    touched = find_touched(scope.search, request.comparison, scope.before)
    settings = request.settings._replace(before=scope.before, touched=touched, pause=pause)
    found = [
        *request.package_findings,
        *_in_scope(request, scope.former),
        *_drop_filtered_out(scope.chosen, scope.project, check_project(scope.project, settings)),
        *find_errors(scope.needed, settings),
    ]
    return [each for each in found if not _is_of_unnamed(each, request)]


def list_skipped(request: Request, scope: Scope) -> Mapping[str, SkipReason]:
    """Why the cases of a spec are not run, by path."""
    reasons = skip_reasons(scope.chosen, scope.project, request.skip_disabled)
    others = (spec.path for spec in scope.chosen if spec.type.judged and not spec.cases)
    return {**dict.fromkeys(others if request.named.cases else (), Skip.OTHER_CASES), **reasons}


def list_jobs(request: Request, scope: Scope, skipped: Mapping[str, SkipReason]) -> list[Job]:
    """A job for each detection chosen that is not skipped and has a body."""
    wanted = {spec.path for spec in scope.chosen}.difference(skipped)
    names = request.named.cases
    return [
        job._replace(spec=choose_cases(job.spec, names), destinations=request.destinations)
        for job in build_jobs(scope.project, changed_paths(request))
        if job.spec.path in wanted
    ]


def find_causes(request: Request, scope: Scope, jobs: Sequence[Job]) -> Causes:
    """What the change wrote and took away; nothing where it is not known."""
    if request.comparison.judge_all_reason:
        return Causes()
    losses = find_losses(scope.search, scope.base, request.comparison, scope.before)
    return Causes(changed_paths(request), losses, {job.spec.path: job for job in jobs})


def keep_needed(losses: Iterable[Loss], specs: Iterable[SpecReport]) -> tuple[Loss, ...]:
    """The names that are gone and that a spec needs."""
    needed = {name for spec in specs for name in spec.lost}
    return tuple(loss for loss in losses if loss.name in needed)


def must_compare(request: Request, report: Report) -> bool:
    """Whether only what is not on the base too is to reject, or alerts may differ, and it can be known."""
    known = request.fail_on_new and not (request.comparison.judge_all_reason or report.interrupted)
    wanted = any(spec.bad or (spec.touched and spec.alerting) for spec in report.specs)
    return known and (wanted or bool(report.findings))


def describe_checkout(request: Request, scope: Scope, jobs: Sequence[Job]) -> BaseRequest:
    """What the base is judged by."""
    return BaseRequest(
        request.files,
        request.comparison,
        {spec.path: spec for spec in scope.chosen},
        {job.spec.path: job for job in jobs},
        request.settings,
        request.package_findings,
        request.skip_disabled,
        request.destinations,
    )


def list_packed(request: Request, needed: Project) -> tuple[PackItem, ...]:
    """What is packed with the specs chosen, though it is in another folder; of a change, nothing."""
    packed = needed.selected if request.comparison.judge_all_reason else ()
    return list_items(needed, packed, request.settings.deploy_all)


def list_whole(request: Request) -> tuple[PackItem, ...]:
    """All that would be deployed after a change, whatever of it is judged."""
    everything = ChangeSet(judge_all_reason="a deployment gets everything")
    asked = replace(request, comparison=everything)
    scope = Scope.of(asked)
    chosen = list_items(scope.project, scope.chosen, request.settings.deploy_all)
    return (*chosen, *list_packed(asked, scope.needed))


def find_errors(needed: Project, settings: CheckSettings) -> Iterator[Finding]:
    """What would keep the specs chosen from being deployed, though it is in another folder."""
    found = check_project(needed, settings._replace(minimum_tests=0))
    return (each for each in found if each.level is Level.ERROR)


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


def report_spec(
    spec: Spec,
    scope: Scope,
    causes: Causes,
    results: Mapping[str, JobResult],
    skipped: Mapping[str, SkipReason],
) -> SpecReport:
    """What became of one selected spec."""
    reason = skipped.get(spec.path)
    return SpecReport(
        spec.id,
        spec.path,
        spec.type,
        scope.selection.reasons.get(spec.path, ()),
        tuple(_list_cases(spec, scope.project, results.get(spec.path), reason)),
        reason,
        _controls(spec),
        touched=causes.is_touched(spec),
        changed=causes.list_changed(spec),
        lost=causes.list_lost(spec, scope.project),
        line=spec.location.line,
        body=spec.body or "",
    )


def _list_cases(
    spec: Spec, project: Project, result: JobResult | None, skipped: SkipReason | None
) -> Iterator[CaseResult]:
    """The results of a spec, with the places of their conditions."""
    chain = project.chain(project.specs[spec.path])
    return (locate_conditions(case, chain, project.locate) for case in account(spec, result, skipped))


def keep_alerts(spec: SpecReport, which: str) -> SpecReport:
    """A spec with the alerts of its cases if "all" are to be shown, or those of a "changed" one."""
    if which == "all" or (which == "changed" and spec.touched):
        return spec
    cases = (replace(case, alert=None) if case.alert else case for case in spec.cases)
    return replace(spec, cases=tuple(cases))


def assemble(
    request: Request, scope: Scope, specs: tuple[SpecReport, ...], findings: Iterable[Finding]
) -> Report:
    """The report of a run, its findings in the order of the files."""
    return Report(
        specs,
        tuple(sorted(dict.fromkeys(findings), key=_order)),
        total=scope.search.count(filter(request.covers, scope.search.specs)),
        judge_all_reason=scope.selection.judge_all_reason,
        left_out=request.left_out,
        base=request.comparison.base,
        head=request.comparison.head,
        version=__version__,
        effects=find_effects(load_former(request, scope), scope.project, request.comparison),
    )


def load_former(request: Request, scope: Scope) -> Iterator[Spec]:
    """The specs that a change wrote or deleted in the folder that is judged, as they were on the base."""
    if not scope.selection.judge_all_reason:
        loader = SpecLoader()
        paths = filter(request.covers, scope.base.specs)
        loaded = (loader.read(path, scope.base.files[path]).spec for path in paths)
        yield from (spec for spec in loaded if spec)


def _order(finding: Finding) -> tuple[str, int, int]:
    place = finding.location
    return place.path, place.line or 0, place.column or 0


def list_items(project: Project, chosen: Sequence[Spec], deploy_all: bool) -> tuple[PackItem, ...]:
    """The specs chosen, each with its own body and whether it is deployed: only its own `Status` counts."""
    return tuple(_item(project, project.specs[spec.path], deploy_all) for spec in chosen)


def _item(project: Project, spec: Spec, deploy_all: bool) -> PackItem:
    """A spec with its body, or with the data of a lookup table, whose suffix is not that of a spec."""
    names_file = spec.type.kind.body.is_python or has_data(spec)
    paths = [path for path in (spec.path, spec.body if names_file else "") if path and path in project.files]
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


def _in_scope(request: Request, former: frozenset[str]) -> tuple[Finding, ...]:
    """Findings on files and folders that could not be read, if the change or the run is about these.

    What was a spec before the change is not data, whatever its size.
    """
    comparison = request.comparison
    if request.named.specs:
        return ()
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
