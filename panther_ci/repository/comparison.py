"""Decides which commit the checkout is compared with, and says what changed since.

What is judged is the checkout, so the newer side is always its work tree (or its index), whatever commit
an event names. Where the older side can't be known, everything is to be judged, and the reason says why.
"""

from collections.abc import Iterable

from panther_ci.errors import RepositoryError
from panther_ci.model import Change, ChangeKind, ChangeSet, ComparisonRequest
from panther_ci.repository.files import is_watched
from panther_ci.repository.git import Repository, find_root
from panther_ci.repository.names import ORIGIN, find_commit, is_commit_id, name_branch
from panther_ci.repository.records import REGULAR_FILE, SUBMODULE, RawChange
from panther_ci.repository.refusals import MAX_BYTES, show_path

DEFAULT_BASES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
# How much history is fetched, step by step, in search of a common ancestor.
DEEPEN_STEPS = (50, 1000)
KINDS = {
    "A": ChangeKind.ADDED,
    "D": ChangeKind.DELETED,
    "M": ChangeKind.MODIFIED,
    "T": ChangeKind.MODIFIED,
    "R": ChangeKind.RENAMED,
}


class _UnknownBaseError(Exception):
    """There is no commit to compare with; the text says why."""


def compare(repository: Repository, request: ComparisonRequest) -> ChangeSet:
    """What changed between the base that is asked for and the checkout.

    In the work tree untracked files count too. Commits that a shallow clone lacks are fetched. Raises
    `RepositoryError` when git is missing, when there is no repository, and when the checkout is not the
    one to judge. An unknown base, or a submodule that changed, is no failure: everything is to be judged
    then, and `judge_all_reason` says why.
    """
    if request.judge_all_reason:
        head = _find_head(repository)
        _require_commit(repository, request.must_contain, head)
        return ChangeSet(head=head, judge_all_reason=request.judge_all_reason)
    repository.require_root()
    # The parent is the base of most changes; to know it now spares two questions.
    head = repository.look_up("HEAD", "HEAD^1")[0].id
    if not head:
        return ChangeSet(judge_all_reason="there is no commit yet to compare with")
    _require_commit(repository, request.must_contain, head)
    try:
        base = find_base(repository, request, head)
    except _UnknownBaseError as reason:
        return ChangeSet(head=head, judge_all_reason=str(reason))
    raw = repository.diff(base, request.staged)
    changes = {change.path: _to_change(change) for change in raw}
    for path in () if request.staged else repository.untracked():
        changes[path] = Change(path, ChangeKind.MODIFIED if path in changes else ChangeKind.ADDED)
    ordered = tuple(changes[path] for path in sorted(changes))
    return ChangeSet(head, base, ordered, read_base_files(repository, raw), _find_unknown(raw))


def find_base(repository: Repository, request: ComparisonRequest, head: str) -> str:
    """The commit to compare `head` with; raises `_UnknownBaseError` when none can be had."""
    if request.merge_of:
        parents = repository.parents(head)
        # The tip of a branch may be a merge itself, whose first parent is that branch: no base.
        if len(parents) == 2 and parents[1] == request.merge_of:
            return _obtain(repository, parents[0])
    if request.base:
        base = _obtain(repository, request.base, request.of_origin)
        _require_older(repository, request, base)
        return _merge_base(repository, base, head) if request.merge_base else base
    for ref in repository.refs(*DEFAULT_BASES):
        if base := repository.resolve(ref):
            return _merge_base(repository, base, head)
    raise _UnknownBaseError("no main branch is known to compare with")


def find_target(repository: Repository, request: ComparisonRequest) -> str:
    """The newest commit that is known of what the checkout is to be merged into; empty if none can be had.

    It is not where a branch has left it: who makes a branch can choose that.
    """
    head = _find_head(repository)
    if not head:
        return ""
    try:
        if request.base or request.merge_of:
            return find_base(repository, request, head)
    except _UnknownBaseError:
        return ""
    return next(filter(None, map(repository.resolve, repository.refs(*DEFAULT_BASES))), "")


def read_base_files(repository: Repository, raw: Iterable[RawChange]) -> dict[str, bytes]:
    """The old bytes of changed files by their old path, for files that could have been judged."""
    blobs = {
        change.old_path: change.old_blob
        for change in raw
        if change.old_mode.startswith(REGULAR_FILE) and is_watched(change.old_path)
    }
    contents = repository.read_blobs(blobs.values(), MAX_BYTES)
    return {path: contents[blob] for path, blob in sorted(blobs.items()) if blob in contents}


def _find_unknown(raw: Iterable[RawChange]) -> str:
    """Why what depends on the change is not known: its base has other repositories; empty if it is known."""
    moved = next((each.old_path for each in raw if each.old_mode.startswith(SUBMODULE)), "")
    return (
        f"the submodule {show_path(moved)} changed, and what was in it before is not known" if moved else ""
    )


def _find_head(repository: Repository) -> str:
    """The head's commit where there is one; it is only shown, so its absence is no error."""
    try:
        repository.require_root()
        return repository.resolve("HEAD")
    except RepositoryError:
        return ""


def _require_commit(repository: Repository, commit: str, head: str) -> None:
    """Raise `RepositoryError` for a checkout without the commit to judge: accepting it would mean nothing.

    The parents are asked first, since a shallow clone knows no other ancestors.
    """
    if not (commit and head) or commit == head or commit in repository.parents(head):
        return
    if not repository.is_ancestor(commit, head):
        raise RepositoryError(
            f"The checkout is {head[:12]}, which does not contain {commit[:12]}, the commit to judge.",
            "Check out what the event names, as actions/checkout does without `ref`.",
        )


def require_head(repository: Repository, commit: str) -> None:
    """Raise `RepositoryError` unless a commit, or that of an annotated tag, is what is checked out."""
    head = repository.resolve("HEAD") if find_root(repository.root) else ""
    if not head or head not in (commit, commit and repository.resolve(commit)):
        found, wanted = head[:12] or "no commit", commit[:12] or "none"
        raise RepositoryError(
            f"Not deployed: {found} is checked out, and the commit of the event is {wanted}.",
            "Check out what the event names, as actions/checkout does without `ref`.",
        )


def _require_older(repository: Repository, request: ComparisonRequest, base: str) -> None:
    """Raise `_UnknownBaseError` for a named base with the commit to judge: its changes would not be seen."""
    commit = "" if is_commit_id(request.base) else request.must_contain
    if commit and (commit == base or repository.is_ancestor(commit, base)):
        raise _UnknownBaseError(f"{request.base[:80]} contains {commit[:12]}, the commit to judge")


def _obtain(repository: Repository, name: str, of_origin: bool = False) -> str:
    """The commit of a name, fetched if this clone lacks it, or lacks the branch of `origin` that is meant."""
    if name and not name.strip("0"):
        raise _UnknownBaseError("the branch is new, so there is no commit before to compare with")
    branch = name_branch(name)
    found = find_commit(repository, name, of_origin)
    if found and not (of_origin and branch and not repository.refs(branch)):
        return found
    what = f"+refs/heads/{branch.removeprefix(ORIGIN)}:{branch}" if branch else name
    can_fetch = branch or is_commit_id(name)
    why = repository.fetch(*_depth(repository), "origin", what) if can_fetch else "it names no branch"
    found = find_commit(repository, name, of_origin)
    if not found:
        raise _UnknownBaseError(
            f"{name[:80]} isn't in this clone and can't be fetched ({why or 'nothing came'})"
        )
    return found


def _merge_base(repository: Repository, base: str, head: str) -> str:
    """Where `head` left `base`, with more of a shallow clone's history fetched until it is seen."""
    found = repository.merge_base(base, head)
    steps = DEEPEN_STEPS if not found and repository.is_shallow() else ()
    for step in steps:
        if found or repository.fetch(f"--deepen={step}", "origin", base, head):
            break
        found = repository.merge_base(base, head)
    if not found:
        raise _UnknownBaseError(f"{base[:12]} and {head[:12]} have no commit in common that is known here")
    return found


def _depth(repository: Repository) -> tuple[str, ...]:
    """In a full clone no depth is given: it would cut the history."""
    return ("--depth=1",) if repository.is_shallow() else ()


def _to_change(raw: RawChange) -> Change:
    kind = KINDS[raw.status]
    return Change(raw.path, kind, raw.old_path if kind is ChangeKind.RENAMED else "")
