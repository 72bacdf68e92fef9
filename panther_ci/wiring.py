"""Puts the steps together for both roots: reads, judges, writes reports, packs and deploys."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path, PurePath
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple

from panther_ci import __version__
from panther_ci.errors import DeploymentError, InputError
from panther_ci.inputs import Inputs
from panther_ci.model import Archive, Compare, Comparison, Finding, Job, JobResult, Report, Verdict
from panther_ci.pipeline import Interrupted, Judged, Request, judge
from panther_ci.repository.comparison import compare
from panther_ci.repository.files import normalise, read_file, read_tree
from panther_ci.repository.git import Repository, Side, find_root
from panther_ci.repository.index import read_index
from panther_ci.repository.selection import find_changed
from panther_ci.running.packages import check_requirements, importable_modules, install_packages
from panther_ci.running.runner import Runner, RunSettings
from panther_ci.safe_files import write_file
from panther_ci.specs.checks import CheckSettings
from panther_ci.specs.filters import parse_filter

if TYPE_CHECKING:
    from panther_ci.deployments.base import Deployment, Summary

ARCHIVE_NAME = "panther-analysis"
LOCAL_NAME = "panther-ci-local.sqlite"
# Variables that stand for a secret a body could use; their presence makes the confinement fail closed.
SECRET_WORDS = ("TOKEN", "SECRET", "PASSWORD", "API_KEY", "PRIVATE_KEY", "ACCESS_KEY", "CREDENTIALS")


class Place(NamedTuple):
    """Where the work is: the root of the repository, and the folder in it that is judged."""

    root: Path
    within: str


class Comparing(NamedTuple):
    """What to compare with the base, and how; `trusted` says that all of it is merged, or the user's own."""

    wanted: Compare
    side: Side = Side.COMMIT
    trusted: bool = False


def keep_quiet(done: int, total: int) -> None:
    """Tell nobody of progress."""


@dataclass(frozen=True)
class Surroundings:
    """What the roots read from outside, once: the environment and how to tell of progress."""

    environ: Mapping[str, str]
    progress: Callable[[int, int], None] = keep_quiet

    @property
    def in_ci(self) -> bool:
        """Whether a CI service runs us."""
        return self.environ.get("CI", "").lower() not in ("", "0", "false")

    @property
    def on_github(self) -> bool:
        """Whether this is a job of GitHub Actions, whose workspace belongs to another user."""
        return self.environ.get("GITHUB_ACTIONS") == "true"

    @property
    def secrets_present(self) -> bool:
        """Whether any variable looks like a secret."""
        return any(
            value and word in name.upper() for name, value in self.environ.items() for word in SECRET_WORDS
        )


class Confined:
    """Runs jobs confined, tells of progress, and remembers how strict the confinement was."""

    def __init__(self, settings: RunSettings, progress: Callable[[int, int], None]) -> None:
        self.settings = settings
        self.progress = progress
        self.tier = ""
        self.warnings: tuple[str, ...] = ()

    def run(self, jobs: Sequence[Job]) -> Iterator[JobResult]:
        """A result for each job; without jobs, no process is started."""
        if not jobs:
            return
        with Runner(self.settings) as runner:
            for done, result in enumerate(runner.run(jobs), 1):
                self.progress(done, len(jobs))
                yield result
            self.tier, self.warnings = runner.tier, runner.warnings


def stop_on_signals() -> None:
    """Turn SIGINT and SIGTERM, which GitHub sends on a cancel, into one `Interrupted`.

    GitHub kills 10 s after SIGINT (actions/runner), so a second signal must not disturb the reports.
    """

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(signal.Signals(number).name)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)


def judge_place(inputs: Inputs, place: Place, comparing: Comparing, around: Surroundings) -> Judged:
    """Judge what changed in a place, and return the report with the bytes it is about.

    Raises `InputError` where everything is asked for and there is nothing: that is a wrong path or a
    forgotten checkout, and no reason to accept.
    """
    started = time.monotonic()
    try:
        judged = read_and_judge(inputs, place, comparing, around)
    except Interrupted as stop:
        judged = Judged(Report((), (), version=__version__, interrupted=str(stop)), ())
    if comparing.wanted.everything and not judged.report.total and judged.report.verdict is Verdict.ACCEPTED:
        raise InputError(
            f"There is no spec in `{inputs.path}`.",
            "Name the folder that holds the detections, and check it out first.",
        )
    return replace(judged, report=replace(judged.report, seconds=time.monotonic() - started))


def read_and_judge(inputs: Inputs, place: Place, comparing: Comparing, around: Surroundings) -> Judged:
    """Read the files, ask git what changed, and judge."""
    repository = Repository(place.root, around.environ, trusted=around.on_github)
    staged = comparing.side is Side.INDEX
    tree = read_index(repository, place.within) if staged else read_tree(place.root, place.within)
    comparison = cover_requirements(inputs, compare(repository, comparing.wanted, comparing.side))
    with ExitStack() as stack:
        packages, findings = prepare_packages(inputs, place, around, stack)
        request = Request(
            tree.files,
            comparison,
            tree.findings,
            findings,
            CheckSettings(inputs.minimum_tests, importable_modules(packages)),
            parse_filter(inputs.filter),
            inputs.skip_disabled_tests,
            comparing.trusted,
        )
        unmerged = bool(comparison.everything) and not comparing.trusted
        settings = replace(run_settings(inputs, around, packages), packages_changed=unmerged)
        confined = Confined(settings, around.progress)
        judged = judge(request, confined.run)
    return replace(judged, report=replace(judged.report, tier=confined.tier, warnings=confined.warnings))


def run_settings(inputs: Inputs, around: Surroundings, packages: str) -> RunSettings:
    """How bodies are to be run."""
    return RunSettings(
        timeout_seconds=inputs.timeout_seconds,
        sandbox=inputs.sandbox,
        module_path=packages,
        secrets_present=around.secrets_present,
        in_ci=around.in_ci,
    )


def cover_requirements(inputs: Inputs, comparison: Comparison) -> Comparison:
    """The comparison; of everything where the requirements changed, as any body may import what they name."""
    path = normalise(inputs.requirements)
    if inputs.requirements and find_changed([path], comparison.changes):
        return replace(comparison, everything=f"{path} changed, which any body may depend on")
    return comparison


def prepare_packages(
    inputs: Inputs, place: Place, around: Surroundings, stack: ExitStack
) -> tuple[str, tuple[Finding, ...]]:
    """Install what `requirements` names into a folder that `stack` removes.

    Returns the folder ("" for none) and findings on its lines.
    """
    if not inputs.requirements:
        return "", ()
    path = normalise(inputs.requirements)
    data = read_file(place.root, path)
    findings = check_requirements(path, data)
    if findings:
        return "", findings
    import tempfile

    parent = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="panther-ci-")))
    parent.chmod(0o755)  # bodies run as another user
    folder = parent / "packages"
    install_packages(data, folder, around.environ)
    return str(folder), ()


def write_reports(inputs: Inputs, report: Report, root: Path) -> dict[str, str]:
    """Write the report files that are asked for, and return where, by the name of the input.

    One that can't be written does not keep the others from it: the first error is raised at the end.
    """
    written: dict[str, str] = {}
    failures: list[InputError] = []
    for name, path in (
        ("junit", inputs.junit_path),
        ("sarif", inputs.sarif_path),
        ("html", inputs.html_path),
    ):
        if path:
            try:
                write_file(root, path, _render(name, report).encode("utf-8", "backslashreplace"))
                written[f"{name}-path"] = path
            except InputError as error:
                failures.append(error)
    if failures:
        raise failures[0]
    return written


def _render(name: str, report: Report) -> str:
    """The report in one format; each reporter is imported only where it is wanted."""
    if name == "junit":
        from panther_ci.reporters import junit

        return junit.render(report)
    if name == "sarif":
        from panther_ci.reporters import sarif

        return sarif.render(report)
    from panther_ci.reporters import html

    return html.render(report)


def pack(judged: Judged, target: "Deployment | None") -> tuple[Archive, ...]:
    """The archives of everything judged that the deployment takes; the report must be an accepted one."""
    from panther_ci.packaging.archive import build_archives

    if judged.report.verdict is not Verdict.ACCEPTED:
        raise AssertionError("only what was accepted is packed")
    return build_archives([item for item in judged.items if target is None or item.type in target.accepts])


def describe_left_out(judged: Judged, target: "Deployment") -> Iterator[str]:
    """What of everything judged isn't in the archives, where there is such."""
    left = Counter(item.type for item in judged.items if item.type not in target.accepts)
    if left:
        counts = ", ".join(f"{left[kind]} {kind}" for kind in sorted(left))
        yield f"[INFO]: Left out are {counts}: the deployment takes no specs of these kinds."


def upload(target: "Deployment", archives: Sequence[Archive], force: bool = False) -> "Summary":
    """Upload archives; a signal in the midst of it leaves unknown what was taken, and that is said."""
    try:
        return target.deploy(archives, force)
    except Interrupted as stop:
        raise DeploymentError(
            f"Stopped by {stop} during the upload; whether the deployment took it is unknown.",
            "Look at the deployment, and upload again: the same archive does no harm twice.",
        ) from None


def keep_archives(
    inputs: Inputs, root: Path, archives: Sequence[Archive], commit: str, around: Surroundings
) -> tuple[str, ...]:
    """Write the archives and their manifest into `output-path`, and return the archives' paths."""
    from panther_ci.packaging import manifest

    repository = Repository(find_place(root, inputs.path).root, around.environ, trusted=around.on_github)
    files = dict(chain.from_iterable(item.files for archive in archives for item in archive.items))
    differing = repository.differing(commit, files) if commit else ()
    text = manifest.render(archives, commit, differing, __version__)
    names = [ARCHIVE_NAME + ".zip"] if len(archives) == 1 else []
    names = names or [
        f"{ARCHIVE_NAME}-{number}of{len(archives)}.zip" for number in range(1, len(archives) + 1)
    ]
    paths = tuple(str(PurePath(inputs.output_path) / name) for name in names)
    for path, archive in zip(paths, archives, strict=True):
        write_file(root, path, archive.data)
    write_file(root, str(PurePath(inputs.output_path) / f"{ARCHIVE_NAME}.manifest.json"), text.encode())
    return paths


def open_target(inputs: Inputs, root: Path, environ: Mapping[str, str]) -> "Deployment":
    """The deployment the inputs name; raises `InputError` for options that make no sense."""
    from panther_ci.deployments.base import DeploymentOptions, Wire
    from panther_ci.deployments.registry import open_deployment

    options = DeploymentOptions(
        function_name=inputs.function_name,
        wire=Wire(inputs.wire),
        user_id=inputs.user_id,
        aws_region=inputs.aws_region,
        role_to_assume=inputs.role_to_assume,
        local_path=str(root / (inputs.local_path or LOCAL_NAME)),
    )
    return open_deployment(inputs.deployment, options, environ)


def find_place(start: Path, path: str) -> Place:
    """The repository around a folder, or the folder itself outside of git.

    Raises `InputError` where the folder is missing, or where a link of the content leads to it: the
    bytes behind that may be those of another checkout, or of this machine.
    """
    try:
        top = start.resolve()
        folder = (start / path).resolve(strict=True)
    except (OSError, RuntimeError):  # up to Python 3.12, a link to itself is a RuntimeError
        folder = None
    if folder is None or not folder.is_dir():
        raise InputError(f"path: {path} is not a folder.", "Name the folder that holds the detections.")
    named = Path(os.path.normpath(top / path))
    if named.is_relative_to(top) and named != folder:
        raise InputError(
            f"path: {path} leads through a link, and links are not followed.", "Name the folder itself."
        )
    root = find_root(folder) or folder
    return Place(root, str(PurePath(folder.relative_to(root))))


def tell_lines(lines: Iterable[str]) -> None:
    """Print lines that may hold foreign text, made harmless."""
    from panther_ci.reporters.defuse import log_text

    for line in lines:
        print(log_text(line), flush=True)
