"""The tree of an older commit in a folder of its own, to be judged without touching the checkout."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from panther_ci.errors import InputError, RepositoryError
from panther_ci.repository.git import Repository, find_root
from panther_ci.repository.names import find_commit
from panther_ci.repository.place import Place, find_place


@contextmanager
def older_place(repository: Repository, within: str, name: str) -> Iterator[Place]:
    """The folder `within` as it is in a commit, until the context ends; nothing of the repository changes.

    Raises `RepositoryError` for a name of no commit, and for a commit that only a filter of git can write;
    raises `InputError` if the commit has no such folder.
    """
    repository.require_root()
    commit = find_commit(repository, name)
    if not commit:
        raise RepositoryError(
            f"There is no commit {name[:80]!r} here.", "Fetch it first: `git fetch --tags origin`."
        )
    with TemporaryDirectory(prefix="panther-ci-") as folder:
        place = Path(folder).resolve()
        copy = repository.clone_at(commit, place)
        # A clone has the attributes of the commit, but not the filters in the configuration of this one.
        if filtered := sorted(copy.filtered(copy.tree("HEAD"), repository.filters())):
            raise RepositoryError(
                f"{filtered[0]} is written by a filter, such as git-lfs, which is not run here.",
                f"Check out {name[:80]} in a clone of its own, and deploy from there.",
            )
        yield find_place(place, within)


def find_within(start: Path, path: str) -> tuple[Path, str]:
    """The root of the repository around `start`, and a folder as a path from there, whether it exists or not.

    Raises `InputError` outside of a repository, and for a folder outside of it.
    """
    root = find_root(start)
    if root is None:
        raise InputError(
            f"{start} is not in a git repository, so it has no older commits.", "Leave `--ref` out."
        )
    within = os.path.relpath(start.resolve() / path, root)
    if os.pardir in PurePath(within).parts:
        raise InputError(f"path: {path} is outside of the repository.", "Name a folder inside it.")
    return root, within
