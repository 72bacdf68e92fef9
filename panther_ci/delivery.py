"""What was accepted on its way to a deployment: packed, kept, then planned or uploaded. Both roots use it."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, NamedTuple, Protocol

from panther_ci import __version__
from panther_ci.errors import DeploymentError, InputError, Interrupted, PantherCIError
from panther_ci.inputs import Environment, Inputs
from panther_ci.kinds import CURRENT, AnalysisType
from panther_ci.model import DEFAULT_LIMIT, Archive, ArchiveLimit, Finding, PackItem, Verdict
from panther_ci.pipeline import Judged
from panther_ci.repository.git import Repository
from panther_ci.safe_files import write_file

if TYPE_CHECKING:
    from panther_ci.deployments.base import (
        Deployment,
        DeploymentOptions,
        Issue,
        Plan,
        Progress,
        Receipt,
        Summary,
    )
    from panther_ci.pruning import Upkeep

ARCHIVE_NAME = "panther-analysis"
LOCAL_NAME = "panther-ci-local.sqlite"


class DeliveryRequest(NamedTuple):
    """What is to become of what was accepted.

    `root` is that of the repository, `folder` is where paths of archives begin. Without `deploy`,
    archives are only kept, where `output_path` asks for that. With `plan_only`, nothing is uploaded.
    """

    inputs: Inputs
    root: Path
    folder: Path
    deploy: bool = True
    plan_only: bool = False
    force: bool = False


class Listener(Protocol):
    """Who is informed of each step of a delivery as soon as it is done."""

    def not_kept(self, reason: str) -> None:
        """No archive is made, although one was asked for."""

    def packed(self, archives: Sequence[Archive]) -> None:
        """The archives are made."""

    def not_packed(self, lines: Sequence[str]) -> None:
        """Some of what was judged is not in the archives: how much, and why."""

    def kept(self, paths: Sequence[str]) -> None:
        """The archives are in files of `output-path`."""

    def received(self, receipt: "Receipt") -> None:
        """The deployment has received an archive and works on it; the answer is still to come."""

    def waits(self, reason: str, seconds: float) -> None:
        """The upload goes on in so many seconds."""

    def planned(self, plan: "Plan") -> None:
        """What an upload would change is known."""

    def deployed(self, summary: "Summary") -> None:
        """The deployment has answered."""

    def refused(self, findings: Sequence[Finding]) -> None:
        """The deployment refused an archive for these, after the report was shown."""

    def not_validated(self, reason: str) -> None:
        """The deployment was not asked what it would refuse, or did not answer."""

    def left_behind(self, lines: Sequence[str]) -> None:
        """What earlier deployments put there and this one did not, and what became of it."""

    def delivery_failed(self, error: PantherCIError) -> None:
        """A step failed, and none follows."""


def deliver(judged: Judged, request: DeliveryRequest, listener: Listener, environment: Environment) -> None:
    """Pack what was accepted and keep, plan or upload it; raises `PantherCIError` for the step that fails."""
    try:
        _take_steps(judged, request, listener, environment)
    except PantherCIError as error:
        from panther_ci.deployments.base import RefusedArchiveError

        if isinstance(error, RefusedArchiveError):
            listener.refused(_locate(error.issues, judged.items))
        listener.delivery_failed(error)
        raise


def _take_steps(
    judged: Judged, request: DeliveryRequest, listener: Listener, environment: Environment
) -> None:
    target = open_target(request, environment.environ, listener)
    if target is None and not request.inputs.output_path:
        return
    if not judged.report.judge_all_reason:
        listener.not_kept("only what changed was judged")
        return
    from panther_ci.deployments.wording import describe_left_out

    upkeep = open_upkeep(request, target)
    accepted = CURRENT if target is None else target.accepts
    archives = pack(judged, accepted, DEFAULT_LIMIT if target is None else target.limit)
    listener.packed(archives)
    if lines := tuple(describe_left_out(judged.items, accepted)):
        listener.not_packed(lines)
    if request.inputs.output_path:
        listener.kept(keep_archives(request, archives, judged, environment))
    if target is None:
        return
    if upkeep:
        from panther_ci.packaging.record import key_of

        repository = Repository(request.root, environment.environ, trusted=environment.on_github)
        upkeep = upkeep.pack(archives, frozenset(map(key_of, judged.items)), repository)
    if request.plan_only:
        plan = target.plan(archives)
        listener.planned(upkeep.describe(plan) if upkeep else plan)
    elif upkeep:
        deploy_and_prune(upkeep, archives, request.force, judged.report.head, listener)
    else:
        listener.deployed(deploy(target, archives, request.force))


def validate(
    judged: Judged, inputs: Inputs, folder: Path, listener: Listener, environment: Environment
) -> Judged:
    """What was judged, with what the API would refuse of the whole repository as findings.

    Raises `PantherCIError` if there is no archive to ask about, or no answer.
    """
    from panther_ci.deployments.registry import open_api
    from panther_ci.packaging.archive import build_archives

    target = open_api(deployment_options(inputs, folder), environment.environ, listener)
    items = [item for item in judged.whole if item.deployed and item.type in target.accepts]
    findings = _locate(target.validate(build_archives(items, target.limit)), items)
    return replace(judged, report=replace(judged.report, findings=(*judged.report.findings, *findings)))


def _locate(issues: "Sequence[Issue]", items: Sequence[PackItem]) -> tuple[Finding, ...]:
    from panther_ci.deployments.issues import locate

    return locate(issues, items)


def open_upkeep(request: DeliveryRequest, target: "Deployment | None") -> "Upkeep | None":
    """What keeps the manifest that the inputs name; none without one. Raises `InputError`."""
    if target is None or not request.inputs.manifest:
        return None
    from panther_ci.ledger import Ledger
    from panther_ci.pruning import Upkeep

    return Upkeep.open(request.inputs, Ledger.open(request.folder, request.inputs.manifest), target)


def deploy_and_prune(
    upkeep: "Upkeep", archives: Sequence[Archive], force: bool, commit: str, listener: Listener
) -> None:
    """Upload archives, and then report or delete what earlier deployments left; the manifest is kept.

    Raises `DeploymentError` with what is known, also after a signal.
    """
    from panther_ci.pruning import describe_leftovers

    upkeep = upkeep.start()
    summary = deploy(upkeep.target, archives, force)
    try:
        listener.deployed(summary)
        upkeep = upkeep.finish(commit, __version__)
        pruned = upkeep.prune() if upkeep.mode == "delete" else None
        if lines := tuple(describe_leftovers(upkeep.leftovers, pruned, upkeep.deployment)):
            listener.left_behind(lines)
    except Interrupted as stop:
        hint = "Deploy again: it doubles nothing, and does what was not reached."
        raise DeploymentError(f"Stopped by {stop} after the upload, which succeeded.", hint) from None


def open_target(
    request: DeliveryRequest, environ: Mapping[str, str], progress: "Progress"
) -> "Deployment | None":
    """The deployment the inputs name, or none; raises `InputError` for options that make no sense."""
    if not request.deploy or request.inputs.deployment == "none":
        return None
    return find_target(request.inputs, request.folder, environ, progress)


def find_target(
    inputs: Inputs, folder: Path, environ: Mapping[str, str], progress: "Progress"
) -> "Deployment":
    """The deployment the inputs name; raises `InputError` for none, and for options that make no sense."""
    from panther_ci.deployments.registry import open_deployment

    return open_deployment(inputs.deployment, deployment_options(inputs, folder), environ, progress)


def resume(
    inputs: Inputs, folder: Path, receipt: str, listener: Listener, environ: Mapping[str, str]
) -> None:
    """Wait for the end of an upload that the API received before, and send nothing.

    Raises `InputError` for another deployment, and `DeploymentError` if the upload failed or does not end.
    """
    from panther_ci.deployments.base import RefusedArchiveError
    from panther_ci.deployments.registry import open_api

    if inputs.deployment != "api":
        raise InputError("Only the API gives receipts.", "Add `--deployment api`.")
    if not receipt.strip():
        raise InputError("There is no receipt to resume.", "Give the one that the upload printed.")
    target = open_api(deployment_options(inputs, folder), environ, listener)
    try:
        listener.deployed(target.resume(receipt))
    except RefusedArchiveError as error:
        listener.refused(_locate(error.issues, ()))
        raise


def deployment_options(inputs: Inputs, folder: Path) -> "DeploymentOptions":
    """What the inputs say about a deployment; a local one is a file in `folder`."""
    from panther_ci.deployments.base import DeploymentOptions, Wire

    return DeploymentOptions(
        function_name=inputs.function_name,
        wire=Wire(inputs.wire),
        user_id=inputs.user_id,
        aws_region=inputs.aws_region,
        role_to_assume=inputs.role_to_assume,
        local_path=str(folder / (inputs.local_path or LOCAL_NAME)),
        api_host=inputs.api_host,
        api_token=inputs.api_token,
        deploy_timeout_minutes=inputs.deploy_timeout_minutes,
    )


def pack(judged: Judged, accepted: Container[AnalysisType], limit: ArchiveLimit) -> tuple[Archive, ...]:
    """The archives of what is deployed and of these types; the report must be an accepted one."""
    from panther_ci.packaging.archive import build_archives

    if judged.report.verdict is not Verdict.ACCEPTED:
        raise AssertionError("only what was accepted is packed")
    items = [item for item in judged.items if item.deployed and item.type in accepted]
    return build_archives(items, limit)


def keep_archives(
    request: DeliveryRequest, archives: Sequence[Archive], judged: Judged, environment: Environment
) -> tuple[str, ...]:
    """Write the archives and their manifest into `output-path`, and return the archives' paths."""
    from panther_ci.packaging import manifest

    repository = Repository(request.root, environment.environ, trusted=environment.on_github)
    files = dict(chain.from_iterable(item.files for archive in archives for item in archive.items))
    commit = judged.report.head
    differing = repository.differing(commit, files) if commit else ()
    waiting = [item for item in judged.items if not item.deployed]
    text = manifest.render(archives, commit, differing, __version__, waiting)
    folder = PurePath(request.inputs.output_path)
    paths = tuple(str(folder / name) for name in name_archives(len(archives)))
    for path, archive in zip(paths, archives, strict=True):
        write_file(request.folder, path, archive.data)
    write_file(request.folder, str(folder / f"{ARCHIVE_NAME}.manifest.json"), text.encode())
    return paths


def name_archives(count: int) -> tuple[str, ...]:
    """The file names of so many archives; the only one has no number."""
    if count == 1:
        return (f"{ARCHIVE_NAME}.zip",)
    return tuple(f"{ARCHIVE_NAME}-{number}of{count}.zip" for number in range(1, count + 1))


def deploy(target: "Deployment", archives: Sequence[Archive], force: bool) -> "Summary":
    """Upload archives; with `force` even those that the deployment has already, as far as it says so."""
    from panther_ci.deployments.base import Summary

    plan = None if force else target.plan(archives)
    if plan and plan.already_deployed:
        return Summary(plan.target, plan.archives, already_deployed=True)
    return upload(target, archives)


def upload(target: "Deployment", archives: Sequence[Archive]) -> "Summary":
    """Upload archives; after a signal during it, it is unknown what was taken, and the error says that."""
    from panther_ci.deployments.base import explain_stop

    try:
        return target.deploy(archives)
    except Interrupted as stop:
        raise explain_stop(stop) from None
