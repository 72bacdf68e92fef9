"""Decides from the event what a GitHub run does: its mode, and what it compares."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase

from panther_ci.errors import InputError
from panther_ci.github.payload import (
    is_commit_id,
    read_commit,
    read_flag,
    read_number,
    read_optional_text,
    read_text,
)
from panther_ci.model import ComparisonRequest, Json

# These run with the secrets of the repository, although a stranger's pull request or comment starts them.
UNSAFE_EVENTS = ("issue_comment", "pull_request_target", "workflow_run")
PULL_REQUEST_EVENTS = (
    "pull_request",
    "pull_request_target",
    "pull_request_review",
    "pull_request_review_comment",
)
# The events whose commit is the tip of a branch or of a tag that only people with write access can move:
# https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
MERGED_EVENTS = ("push", "release", "schedule", "workflow_dispatch", "repository_dispatch")
BRANCH, TAG = "refs/heads/", "refs/tags/"


class Mode(StrEnum):
    """Whether the run only checks, or also deploys."""

    CHECK = "check"
    DEPLOY = "deploy"


@dataclass(frozen=True, slots=True)
class EventOptions:
    """What the workflow asked for; patterns are separated by commas or lines."""

    mode: str
    select_all: bool
    base_ref: str
    deploy_branches: str
    deploy_tags: str
    allow_unsafe_events: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What the run does, and why.

    `head_sha` is the commit that checks are posted to, and the only one that is deployed. `skip_reason`
    says why there is nothing to do, and is empty if there is something. `settings_of` finds the commit
    whose settings count; None if those of the checkout do.
    """

    mode: Mode
    event: str
    comparison: ComparisonRequest
    reason: str = ""
    skip_reason: str = ""
    ref: str = ""
    repository: str = ""
    server_url: str = "https://github.com"
    head_sha: str = ""
    pull_request: int | None = None
    settings_of: ComparisonRequest | None = None

    @property
    def is_trusted(self) -> bool:
        """Whether only people with write access bring about what it judges: not so for a pull request."""
        return self.event in (*MERGED_EVENTS, "merge_group")

    @property
    def proposes(self) -> bool:
        """Whether what it judges is proposed, and not merged yet."""
        return self.pull_request is not None or self.event == "merge_group"


def read_run(environ: Mapping[str, str], event: Mapping[str, Json], wanted: EventOptions) -> Run:
    """What an event asks for, given GITHUB_* variables, the payload and the inputs.

    Raises `InputError` for an event that is refused, for a deployment of what is not merged, and for
    a payload without what its event must have, which it names.
    """
    name = environ.get("GITHUB_EVENT_NAME", "").strip()
    if not name:
        raise InputError("GITHUB_EVENT_NAME is not set.", "Use `panther-ci check` outside of GitHub Actions.")
    if name in UNSAFE_EVENTS and not wanted.allow_unsafe_events:
        raise InputError(
            f"`{name}` is refused: it runs with secrets, and this action executes the pull request's Python.",
            "Use `on: pull_request`, or set `allow-unsafe-events: true` if the job holds no secret.",
        )
    run = _place(_read_event(name, environ, event), environ, event)
    mode, reason = _decide_mode(run, wanted)
    if mode is Mode.DEPLOY:
        _refuse_unmerged(run, event, wanted)
    return replace(
        run,
        mode=mode,
        reason=reason,
        comparison=_decide_comparison(run, mode, wanted),
        settings_of=None if mode is Mode.DEPLOY else _find_settings(run, event),
    )


def matches(name: str, patterns: str) -> bool:
    """Whether a name matches any of the patterns (`*`, `?`, `[...]`); raises `InputError` for `!`."""
    listed = [pattern.strip() for pattern in patterns.replace("\n", ",").split(",")]
    for pattern in listed:
        if pattern.startswith("!"):
            raise InputError(f"The pattern `{pattern}` is not supported.", "List the names to deploy.")
    return any(pattern and fnmatchcase(name, pattern) for pattern in listed)


def _read_event(name: str, environ: Mapping[str, str], event: Mapping[str, Json]) -> Run:
    if name in PULL_REQUEST_EVENTS:
        return _read_pull_request(name, event)
    if name == "merge_group":
        base = read_commit(event, "merge_group", "base_sha")
        head = read_commit(event, "merge_group", "head_sha")
        ref = read_text(event, "merge_group", "head_ref")
        return Run(Mode.CHECK, name, ComparisonRequest(base=base, must_contain=head), ref=ref, head_sha=head)
    if name == "push":
        return _read_push(event)
    comparison = ComparisonRequest(judge_all_reason=f"`{name}` names no commits to compare")
    return Run(Mode.CHECK, name, comparison, ref=environ.get("GITHUB_REF", ""))


def _read_pull_request(name: str, event: Mapping[str, Json]) -> Run:
    head = read_commit(event, "pull_request", "head", "sha")
    base = read_commit(event, "pull_request", "base", "sha")
    number = read_number(event, "pull_request", "number")
    return Run(
        Mode.CHECK,
        name,
        # `base.sha` is from the last push to the pull request, so the merge that GitHub made may be newer.
        ComparisonRequest(base=base, merge_of=head, merge_base=True, must_contain=head),
        ref=f"refs/pull/{number}/merge",
        head_sha=head,
        pull_request=number,
    )


def _read_push(event: Mapping[str, Json]) -> Run:
    ref = read_text(event, "ref")
    before, after = read_commit(event, "before"), read_commit(event, "after")
    run = Run(Mode.CHECK, "push", ComparisonRequest(base=before), ref=ref)
    if read_flag(event, "deleted") or not after.strip("0"):
        return replace(
            run,
            skip_reason=f"`{ref}` was deleted",
            comparison=ComparisonRequest(judge_all_reason=f"`{ref}` was deleted"),
        )
    if ref.startswith(TAG):
        return replace(run, comparison=ComparisonRequest(judge_all_reason="a tag was pushed"))
    if not ref.startswith(BRANCH):
        raise InputError(f"`{ref}` is neither a branch nor a tag.", "Run on pushes of branches and tags.")
    # Of an annotated tag, `after` is the tag and GITHUB_SHA its commit; of a branch, both are the commit.
    run = replace(run, head_sha=after)
    if not before.strip("0"):
        return replace(
            run,
            comparison=ComparisonRequest(judge_all_reason=f"`{ref.removeprefix(BRANCH)}` is a new branch"),
        )
    return run


def _place(run: Run, environ: Mapping[str, str], event: Mapping[str, Json]) -> Run:
    """The run with what every event has: the repository, its server and the commit that is checked out."""
    repository = environ.get("GITHUB_REPOSITORY", "") or read_text(event, "repository", "full_name")
    head = environ.get("GITHUB_SHA", "")
    return replace(
        run,
        repository=repository,
        server_url=environ.get("GITHUB_SERVER_URL", "") or run.server_url,
        head_sha=run.head_sha or (head if is_commit_id(head) else ""),
    )


def _decide_mode(run: Run, wanted: EventOptions) -> tuple[Mode, str]:
    if run.skip_reason:
        return Mode.CHECK, run.skip_reason
    if wanted.mode in (Mode.CHECK, Mode.DEPLOY):
        return Mode(wanted.mode), f"`mode: {wanted.mode}` was asked for"
    if wanted.mode != "auto":
        raise InputError(f"mode: {wanted.mode!r} is unknown.", "Use auto, check or deploy.")
    reason = _find_deploy_ref(run.ref, wanted)
    if run.event == "push" and reason:
        return Mode.DEPLOY, reason
    return Mode.CHECK, f"`{run.event}` of `{run.ref}` is checked only"


def _find_deploy_ref(ref: str, wanted: EventOptions) -> str:
    """Which branch or tag of those to deploy a ref is; empty if it is none."""
    branch, tag = ref.removeprefix(BRANCH), ref.removeprefix(TAG)
    if branch != ref and matches(branch, wanted.deploy_branches):
        return f"`{branch}` is a deploy branch"
    if tag != ref and matches(tag, wanted.deploy_tags):
        return f"`{tag}` is a deploy tag"
    return ""


def _decide_comparison(run: Run, mode: Mode, wanted: EventOptions) -> ComparisonRequest:
    if run.skip_reason:
        return run.comparison
    if mode is Mode.DEPLOY:
        return ComparisonRequest(judge_all_reason="a deployment checks everything")
    if wanted.select_all:
        return ComparisonRequest(
            judge_all_reason="`select: all` was asked for", must_contain=run.comparison.must_contain
        )
    if wanted.base_ref:
        return replace(
            run.comparison,
            base=wanted.base_ref,
            merge_of="",
            merge_base=True,
            judge_all_reason="",
            # A fork's branch may bear the name of the base, and the checkout makes it a local branch.
            of_origin=True,
        )
    return run.comparison


def _find_settings(run: Run, event: Mapping[str, Json]) -> ComparisonRequest:
    """The commit that is to be changed or, where nothing is proposed, the default branch.

    A push to another branch is judged by that too: the commit before it may be one of the same author.
    """
    if run.proposes:
        return replace(run.comparison, merge_base=False, must_contain="")
    branch = read_optional_text(event, "repository", "default_branch")
    return ComparisonRequest(base=f"origin/{branch}" if branch else "", of_origin=True)


def _refuse_unmerged(run: Run, event: Mapping[str, Json], wanted: EventOptions) -> None:
    """Raise `InputError` for a deployment that may be of what nobody has merged yet.

    A `workflow_run` is on the default branch, but is as good as what caused it.
    """
    cause, ref = run.event, run.ref
    if cause == "workflow_run":
        cause = read_optional_text(event, "workflow_run", "event")
        ref = f"{BRANCH}{read_optional_text(event, 'workflow_run', 'head_branch')}"
    if cause not in MERGED_EVENTS:
        by = f", caused by `{cause}`" if cause != run.event else ""
        raise InputError(
            f"`mode: deploy` is refused on `{run.event}`{by}: its commits may not be merged.",
            "Keep `mode: auto`, which deploys on the push to a deploy branch that follows a merge.",
        )
    for each in (run.ref, ref):
        if not _find_deploy_ref(each, wanted):
            raise InputError(
                f"`mode: deploy` is refused on `{run.event}` of `{each}`: it is not a deploy branch or tag.",
                "If what is there is merged, name it in `deploy-branches` or `deploy-tags`.",
            )
