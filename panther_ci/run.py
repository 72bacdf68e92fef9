"""A run from its question to its answer: read, compare, judge, report, deliver. Both roots call `run`."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from panther_ci import __version__
from panther_ci.accounting import Early
from panther_ci.delivery import DeliveryRequest, Listener, deliver, validate
from panther_ci.errors import ExitCode, InputError, Interrupted, PantherCIError
from panther_ci.inputs import Environment, Inputs, split_names
from panther_ci.model import ChangeSet, ComparisonRequest, Report, Verdict
from panther_ci.naming import Named
from panther_ci.pipeline import Judged, Request, judge, list_whole
from panther_ci.reporters.links import SourceLinks
from panther_ci.reporters.registry import FORMATS
from panther_ci.repository.comparison import compare
from panther_ci.repository.disk import include_disk
from panther_ci.repository.exclusions import leave_out, parse_patterns
from panther_ci.repository.files import (
    Tree,
    find_related,
    is_content,
    is_related,
    join_trees,
    normalise,
    read_file,
    read_tree,
)
from panther_ci.repository.former import find_absent, keep_read
from panther_ci.repository.git import Repository
from panther_ci.repository.index import read_index
from panther_ci.repository.place import Place
from panther_ci.repository.selection import find_changed
from panther_ci.repository.submodules import find_missing
from panther_ci.running.confined_jobs import ConfinedJobs
from panther_ci.running.requirements.lines import Requirements, read_requirements
from panther_ci.running.requirements.packages import importable_modules, installed
from panther_ci.running.settings import RunSettings
from panther_ci.safe_files import write_file
from panther_ci.specs.checks import CheckSettings
from panther_ci.specs.filters import parse_filter
from panther_ci.specs.named import find_named
from panther_ci.specs.project import Project, load_project
from panther_ci.specs.search import Search

if TYPE_CHECKING:
    from panther_ci.mutation.score import Score
    from panther_ci.running.requirements.building import Builder

ShowProgress = Callable[[int, int], None]


class Audience(Listener, Protocol):
    """Who is shown what happens in a run: a terminal, or GitHub."""

    def show_progress(self, done: int, total: int) -> None:
        """So many detections of all were judged."""

    def show_report(self, report: Report) -> None:
        """The report is complete; no file was written yet."""

    def note_files(self, files: Mapping[str, str]) -> None:
        """Report files were written: the path of each, by the name of its format."""

    def publish(self, report: Report) -> None:
        """Inform others, even if a report file could not be written."""


class RunRequest(NamedTuple):
    """What a root asks for.

    `trusted` says that all content is merged, or the user's own; `folder` is where paths of reports
    begin. Without `delivery`, nothing is packed. With `fail_on_new`, only what a change breaks rejects it.
    `links` is where the judged files can be seen. With `validates`, the deployment is asked about all of it.
    What is `named` is judged, and nothing else.
    `notes` are of the settings, `settings` the files of the checkout that they are in.
    """

    inputs: Inputs
    folder: Path
    place: Place
    comparison: ComparisonRequest
    trusted: bool = False
    delivery: DeliveryRequest | None = None
    fail_on_new: bool = False
    links: SourceLinks | None = None
    validates: bool = False
    named: Named = Named()
    notes: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()


def run(request: RunRequest, audience: Audience, environment: Environment) -> ExitCode:
    """Judge what changed in a place, report it, and deliver it if that is asked for and all was accepted."""
    judged = judge_place(request, audience.show_progress, environment)
    failure: PantherCIError | None = None
    try:
        judged = ask_deployment(judged, request, audience, environment)
    except PantherCIError as error:
        failure = error
    tell(judged.report, request, audience)
    if failure:
        audience.not_validated(f"{failure.message} {failure.hint}".strip())
        raise failure
    if judged.report.verdict is not Verdict.ACCEPTED:
        return ExitCode.REJECTED
    if request.delivery is not None:
        deliver(judged, request.delivery, audience, environment)
    return ExitCode.ACCEPTED


def ask_deployment(
    judged: Judged, request: RunRequest, audience: Audience, environment: Environment
) -> Judged:
    """What was accepted with what the deployment would refuse of it, if that is asked for."""
    if not request.validates or judged.report.verdict is not Verdict.ACCEPTED:
        return judged
    return validate(judged, request.inputs, request.folder, audience, environment)


def tell(report: Report, request: RunRequest, audience: Audience) -> None:
    """Show a report, write its files and publish it."""
    audience.show_report(report)
    try:
        audience.note_files(write_reports(request, report))
    finally:
        audience.publish(report)


def judge_place(request: RunRequest, show_progress: ShowProgress, environment: Environment) -> Judged:
    """The report on a place, with the bytes it is about.

    Raises `InputError` where there is nothing that could be judged: that is a wrong path or a forgotten
    checkout, and no reason to accept.
    """
    started = time.monotonic()
    try:
        judged = read_and_judge(request, show_progress, environment)
    except Interrupted as stop:
        judged = Judged(Report((), (), version=__version__, interrupted=str(stop)), ())
    report = judged.report
    if report.verdict is Verdict.ACCEPTED and is_blind(request, report):
        raise InputError(
            f"There is no spec in `{request.inputs.path}`.",
            "Name the folder that contains the detections, and check it out first.",
        )
    return replace(judged, report=replace(report, seconds=time.monotonic() - started))


def is_blind(request: RunRequest, report: Report) -> bool:
    """Whether no spec is there and the change took none away; a first commit may be without any."""
    return not report.total and not report.effects and not request.comparison.staged


def read_and_judge(request: RunRequest, show_progress: ShowProgress, environment: Environment) -> Judged:
    """Read the files, ask git what changed, and judge."""
    with prepared(request, show_progress, environment) as ready:
        judged = judge(ready.asked, ready.jobs.run, Early(ready.jobs.begin, ready.jobs.work))
    if request.validates:
        judged = replace(judged, whole=list_whole(ready.asked))
    warnings = (*ready.warnings, *ready.jobs.warnings)
    report = replace(judged.report, tier=ready.jobs.tier, warnings=warnings)
    return replace(judged, report=compare_with_manifest(request, judged, report))


def compare_with_manifest(request: RunRequest, judged: Judged, report: Report) -> Report:
    """The report of a change with what merging it does to what was last deployed, by the manifest."""
    if not request.inputs.manifest or report.judge_all_reason:
        return report
    from panther_ci.ledger import Ledger, count_merging

    ledger = Ledger.open(request.folder, request.inputs.manifest)
    merging = count_merging(ledger.record, judged.items, report) if ledger.exists else None
    return replace(report, merging=merging)


class Ready(NamedTuple):
    """What is to be judged, what runs its jobs, and the warnings so far."""

    asked: Request
    jobs: ConfinedJobs
    warnings: tuple[str, ...]


@contextmanager
def prepared(request: RunRequest, show_progress: ShowProgress, environment: Environment) -> Iterator[Ready]:
    """Read the files, ask git what changed, and install the packages of bodies until the context ends."""
    inputs, place = request.inputs, request.place
    repository = Repository(place.root, environment.environ, trusted=environment.on_github)
    changes = include_settings(request.settings, find_changes(repository, request))
    with ConfinedJobs(show_progress, metered=environment.metered) as jobs:
        if may_run(changes, place.within):
            jobs.start()
        tree = read_checkout(repository, request, changes)
        named = read_named(inputs, place)
        if not request.comparison.staged:
            changes = include_disk(repository, changes, tree._replace(files={**tree.files, **named}))
        changes, hidden = keep_read(repository, changes, place.within, tree.left_out)
        tree = tree._replace(findings=(*tree.findings, *hidden, *find_absent(changes, tree, place.within)))
        changes = include_requirements(inputs, changes)
        patterns = parse_patterns(inputs.exclude)
        remainder = leave_out(tree, patterns, place.within)
        before = leave_out(Tree(changes.base_files), patterns, place.within).tree.files
        requirements = find_requirements(named)
        builder = find_builder(inputs, environment)
        # The processes end before the packages go that their bodies import.
        with installed(requirements, environment.environ, builder) as packages, jobs:
            asked = Request(
                remainder.tree.files,
                replace(changes, base_files=before),
                remainder.tree.findings,
                requirements.findings,
                check_settings(inputs, packages.folder),
                parse_filter(inputs.filter),
                inputs.skip_disabled_tests,
                request.trusted,
                split_names(inputs.available_destination),
                place.within,
                () if request.named.specs else remainder.left_out,
                frozenset(outline.body for outline in Search(remainder.files).read_all()),
                request.fail_on_new,
                inputs.alerts,
                request.named,
            )
            unmerged = bool(changes.judge_all_reason) and not request.trusted
            jobs.settings = run_settings(inputs, environment, packages.folder, unmerged)
            yield Ready(asked, jobs, (*request.notes, *changes.notes, *packages.warnings))
        if environment.metered:
            print_spent(jobs.spent)


def may_run(changes: ChangeSet, within: str) -> bool:
    """Whether bodies are likely to be run: the change has a file that a run on a folder would read."""
    paths = (change.path for change in changes.changes)
    return bool(changes.judge_all_reason) or any(
        is_content(each) and is_related(each, within) for each in paths
    )


def print_spent(spent: Mapping[tuple[str, str], float]) -> None:
    """Print on stderr, as one line of JSON, what the phases of the confined processes took."""
    table = [[*name, seconds] for name, seconds in sorted(spent.items())]
    print(json.dumps({"spent": table}), file=sys.stderr)


def hide_progress(_done: int, _total: int) -> None:
    """For runs whose progress nobody is shown."""


def mutate(request: RunRequest, names: Sequence[str], environment: Environment) -> "tuple[Score, ...]":
    """Which small faults the cases of the named detections notice; raises `InputError` for a name of none."""
    from panther_ci.mutation.score import Score, score_detections

    with prepared(request, hide_progress, environment) as ready:
        paths, project = load_detections(ready.asked, request, names)
        problem = "its spec has errors; `panther-ci test` shows them"
        unread = (Score(path, path, problem=problem) for path in paths if path not in project.specs)
        read = [project.specs[path] for path in paths if path in project.specs]
        return (*unread, *score_detections(project, read, ready.jobs.run))


def load_detections(
    asked: Request, request: RunRequest, names: Sequence[str]
) -> tuple[tuple[str, ...], Project]:
    """The paths of the detections that are named, and the project with those that can be read.

    Raises `InputError` for a name of none.
    """
    search = Search(asked.files)
    folder = request.place.seen_from_root(request.folder)
    paths = find_named(search, names, folder, only_judged=True)
    return paths, load_project(search, paths)


def find_changes(repository: Repository, request: RunRequest) -> ChangeSet:
    """What changed; git is not asked which commit it is where only what is named is judged."""
    if request.named.specs and request.comparison.judge_all_reason:
        return ChangeSet(judge_all_reason=request.comparison.judge_all_reason)
    return compare(repository, request.comparison)


def read_checkout(repository: Repository, request: RunRequest, changes: ChangeSet) -> Tree:
    """The folder to judge and those that its detections may need, and which submodules are missing."""
    staged = request.comparison.staged
    tree = read_folders(request.place, partial(read_index, repository) if staged else None)
    missing = find_missing(repository, changes, bool(request.comparison.judge_all_reason))
    return tree._replace(findings=(*tree.findings, *missing))


def read_folders(place: Place, read: "Callable[[str], Tree] | None" = None) -> Tree:
    """What is in the folder to judge and in those that its detections may need, on disk or as `read` does."""
    folders = (place.within, *find_related(place.root, place.within))
    return join_trees(map(read or partial(read_tree, place.root), folders))


def include_requirements(inputs: Inputs, changes: ChangeSet) -> ChangeSet:
    """The changes; if the requirements changed, everything is judged, as any body may import them."""
    path = normalise(inputs.requirements)
    if inputs.requirements and find_changed([path], changes.changes):
        return replace(changes, judge_all_reason=f"{path} changed, which any body may depend on")
    return changes


def include_settings(files: Sequence[str], changes: ChangeSet) -> ChangeSet:
    """The changes; if settings that count changed, everything is judged, as they decide how."""
    changed = sorted(find_changed(files, changes.changes))
    if changed:
        return replace(
            changes, judge_all_reason=f"{changed[0]} changed, which decides how detections are judged"
        )
    return changes


def read_named(inputs: Inputs, place: Place) -> dict[str, bytes]:
    """The file that `requirements` names, by its path; none if it names none."""
    path = normalise(inputs.requirements)
    return {path: read_file(place.root, path)} if inputs.requirements else {}


def find_requirements(named: Mapping[str, bytes]) -> Requirements:
    """The requirements in a file, checked; empty ones for no file."""
    return next((read_requirements(path, data) for path, data in named.items()), Requirements())


def check_settings(inputs: Inputs, packages: str) -> CheckSettings:
    """How strict the checks are."""
    return CheckSettings(
        minimum_tests=inputs.minimum_tests,
        modules=importable_modules(packages),
        deploy_all=inputs.deploy_status == "all",
        strict_references=inputs.strict_references,
        strict_skips=inputs.strict_skips,
        tables=split_names(inputs.valid_table_names) if inputs.table_names == "on" else None,
        packs=inputs.packs,
    )


def find_builder(inputs: Inputs, environment: Environment) -> "Builder | None":
    """Who builds packages that have no wheel, if the workflow allows it."""
    if not inputs.requirements_build:
        return None
    from panther_ci.running.requirements.building import Builder

    return Builder(environment.environ, inputs.sandbox != "off")


def run_settings(inputs: Inputs, environment: Environment, packages: str, unmerged: bool) -> RunSettings:
    """How bodies are to be run."""
    return RunSettings(
        timeout_seconds=inputs.timeout_seconds,
        sandbox=inputs.sandbox,
        module_path=packages,
        secrets_present=environment.secrets_present,
        in_ci=environment.in_ci,
        packages_changed=unmerged,
    )


def write_reports(request: RunRequest, report: Report) -> dict[str, str]:
    """Write the report files that are asked for, and return the path of each by the name of its format.

    One that can't be written does not keep the others from it: the first error is raised at the end.
    """
    written: dict[str, str] = {}
    failures: list[InputError] = []
    for name, render in FORMATS.items():
        path: str = getattr(request.inputs, f"{name}_path")
        if path:
            try:
                text = render(report, request.links)
                write_file(request.folder, path, text.encode("utf-8", "backslashreplace"))
                written[name] = path
            except InputError as error:
                failures.append(error)
    if failures:
        raise failures[0]
    return written
