"""Submodules that are not checked out: what is in them can't be judged, so a run must say that."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from panther_ci.catalogue import CheckId
from panther_ci.errors import RepositoryError
from panther_ci.model import ChangeSet, Finding, Level, Location
from panther_ci.repository.git import Repository, find_root
from panther_ci.repository.refusals import show_path
from panther_ci.repository.selection import find_changed


def find_missing(repository: Repository, changes: ChangeSet, asked_for_all: bool) -> tuple[Finding, ...]:
    """A finding for each submodule whose folder is empty.

    It is an error where the change touches it, or may do so since nothing is known of the change, and
    only a notice for those who asked to judge everything: they may not need it. Raises `RepositoryError`
    when git fails, unless everything is to be judged, for which git is not needed.
    """
    if not _may_have_submodules(repository.root, changes):
        return ()
    try:
        listed = repository.submodules()
    except RepositoryError:
        if asked_for_all:
            return ()
        raise
    paths = [path for path in listed if _is_empty(repository.root / path)]
    unknown = not changes.base and not asked_for_all
    touched = frozenset(paths) if unknown else find_changed(paths, changes.changes)
    return tuple(_report(paths, touched))


def _report(paths: Iterable[str], touched: frozenset[str]) -> Iterator[Finding]:
    for path in paths:
        message = "This submodule is not checked out, so the detections in it are not judged."
        place = Location(show_path(path))
        finding = Finding.of(CheckId.SUBMODULE_MISSING, message, place, CheckId.SUBMODULE_MISSING.help)
        yield finding if path in touched else finding._replace(level=Level.NOTICE)


def _may_have_submodules(root: Path, changes: ChangeSet) -> bool:
    """Whether git is worth asking: a folder can be a changed path only as a repository of its own."""
    if find_root(root) != root.resolve():
        return False
    return os.path.lexists(root / ".gitmodules") or any(
        _is_folder(root / each.path) for each in changes.changes
    )


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # the name may be too long for this machine
        return False


def _is_empty(folder: Path) -> bool:
    """Whether nothing is in a folder, or it isn't one; a link is not followed."""
    try:
        return folder.is_symlink() or not any(folder.iterdir())
    except OSError:
        return True
