"""Finds the one commit that a name stands for, in an order that the refs of a pull request can't change.

git itself takes a tag `origin/main` for the branch `main` of `origin`, and no more than warns. Here, a name
that stands for several commits is refused.
"""

import re
from collections.abc import Iterator, Mapping

from panther_ci.errors import RepositoryError
from panther_ci.repository.git import Repository

ORIGIN = "refs/remotes/origin/"
# What may follow the name of a ref, and can't be in it: https://git-scm.com/docs/git-check-ref-format
_OPERATOR = re.compile(r"[~^:]|@\{")
# git keeps these outside of refs/, and looks for them first; `@` and nothing at all stand for HEAD.
_HEAD = re.compile(r"@?|(?:[A-Z]+_)?HEAD")
# git looks for these in the settings of a local branch, which no tag can shadow.
_UPSTREAM = re.compile(r"@\{(?:u|upstream|push)\}", re.IGNORECASE)
_COMMIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# The beginning of an id, alone or as `git describe` prints it.
_SHORT_ID = re.compile(r"(?:.*-g)?(?P<digits>[0-9a-f]{4,64})", re.DOTALL | re.IGNORECASE)


def is_commit_id(name: str) -> bool:
    """Whether a name is a whole id, which git reads as an id only."""
    return _COMMIT_ID.fullmatch(name) is not None


def name_branch(name: str) -> str:
    """The whole ref of the branch of `origin` that a name may be meant for; empty if it can't be for any."""
    is_other = is_commit_id(name) or _HEAD.fullmatch(name) or _OPERATOR.search(name)
    return "" if is_other or name.startswith("refs/") else f"{ORIGIN}{name.removeprefix('origin/')}"


def find_commit(repository: Repository, name: str, of_origin: bool = False) -> str:
    """The id of the commit that a name or an expression of git stands for; empty if there is none here.

    `refs/x` and `origin/x` are just that. Any other name may be that of a tag or of a branch: a local one, or
    that of `origin` where there is no local one. With `of_origin`, local branches do not count. Raises
    `RepositoryError` for what can't be a name, and for what stands for different commits.
    """
    if not name or name.startswith("-") or "\0" in name:
        raise RepositoryError(f"{name!r} can't be the name of a commit.", "Give a commit, a branch or a tag.")
    operator = _OPERATOR.search(name)
    short, rest = (name[: operator.start()], name[operator.start() :]) if operator else (name, "")
    if _HEAD.fullmatch(short) or is_commit_id(short) or _UPSTREAM.match(rest):
        return repository.resolve(name)
    wanted = tuple(_list_wanted(repository, short, of_origin))
    found = {f"{each}{rest}": repository.resolve(f"{each}{rest}") for each in wanted}
    commits = set(filter(None, found.values()))
    if len(commits) > 1:
        raise _ambiguous(name, found)
    return commits.pop() if commits else ""


def _list_wanted(repository: Repository, short: str, of_origin: bool) -> Iterator[str]:
    """All that a name without operators may stand for, in full."""
    if short.startswith(("refs/", "origin/")):
        yield from repository.refs(name_branch(short) or short)
        return
    local, remote = f"refs/heads/{short}", name_branch(short)
    others = [f"refs/{place}{short}" for place in ("tags/", "remotes/", "")] + [f"refs/remotes/{short}/HEAD"]
    known = repository.refs(local, remote, *others)
    branches = [ref for ref in (local, remote) if ref in known and not (of_origin and ref == local)]
    yield from branches[:1]
    yield from (ref for ref in known if ref in others)
    if matched := _SHORT_ID.fullmatch(short):
        yield from repository.commits_beginning(matched["digits"])


def _ambiguous(name: str, found: Mapping[str, str]) -> RepositoryError:
    commits = [f"`{each}` ({commit[:12]})" for each, commit in found.items() if commit]
    return RepositoryError(
        f"`{name}` stands for different commits: {', '.join(commits)}.", "Give one of these names, in full."
    )
