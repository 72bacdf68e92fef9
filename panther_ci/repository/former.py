"""What of the base counts: what a run reads, and what it would read if no virtual environment were around it.

A run that does not read a file knows nothing of the names in it, now or before the change.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.folders import is_detection_folder
from panther_ci.model import Change, ChangeKind, ChangeSet, Finding, LeftOut, Level, Location
from panther_ci.repository.files import ENVIRONMENT_FILE, Tree, is_content, is_related
from panther_ci.repository.git import Repository
from panther_ci.repository.refusals import MAX_BYTES, show_path
from panther_ci.repository.selection import find_changed


def keep_read(
    repository: Repository, changes: ChangeSet, within: str, left_out: Iterable[LeftOut]
) -> tuple[ChangeSet, tuple[Finding, ...]]:
    """The changes with the old bytes of what a run on a folder reads only, and with what is hidden now.

    The latter are the files of the base in a folder that is a virtual environment now, and was none before;
    there is a finding for each such folder. Raises `RepositoryError` when git fails.
    """
    environments = tuple(each.by for each in left_out)
    known = repository.tree(changes.base) if environments and changes.base else {}
    old = tuple(each for each in environments if each + ENVIRONMENT_FILE in known)
    fresh = tuple(each for each in environments if each not in old)
    before = {path for path in known if path.startswith(fresh) and _is_read(path, within)}
    hidden = before - find_changed(before, changes.changes)
    files = {
        path: data
        for path, data in changes.base_files.items()
        if _is_read(path, within) and not path.startswith(old)
    }
    found = (*changes.changes, *(Change(path, ChangeKind.DELETED) for path in hidden))
    changed = replace(
        changes,
        changes=tuple(sorted(found)),
        base_files=files | _read(repository, known, hidden),
    )
    return changed, tuple(_report(fresh, hidden))


def find_absent(changes: ChangeSet, tree: Tree, within: str) -> Iterator[Finding]:
    """A finding for each file that the change has and a run on a folder would read, but that is not there.

    A sparse checkout leaves files out, and git reports no deletion of them. It is only a notice where nothing
    shows that a file belongs to detections.
    """
    told = {PurePosixPath(finding.location.path) for finding in tree.findings}
    told |= {PurePosixPath(each.by) for each in tree.left_out}
    for change in changes.changes:
        path = change.path
        is_gone = change.kind is ChangeKind.DELETED or path in tree.files
        if not is_gone and _is_read(path, within) and told.isdisjoint(_lead(path)):
            message = "The change has this file, but it is not checked out, so it is not judged."
            hint = "Check it out too, or name it in `exclude`."
            finding = Finding.of(CheckId.UNREADABLE_FILE, message, Location(show_path(path)), hint)
            is_meant = within != "." or is_detection_folder(path.rpartition("/")[0])
            yield finding if is_meant else finding._replace(level=Level.NOTICE)


def _lead(path: str) -> tuple[PurePosixPath, ...]:
    """A path and the folders that it is in, as findings show them."""
    shown = PurePosixPath(show_path(path))
    return (shown, *shown.parents)


def _is_read(path: str, within: str) -> bool:
    return is_content(path) and is_related(path, within)


def _read(repository: Repository, known: Mapping[str, str], paths: Iterable[str]) -> dict[str, bytes]:
    blobs = repository.read_blobs((known[path] for path in paths), MAX_BYTES)
    return {path: blobs[known[path]] for path in paths if known[path] in blobs}


def _report(folders: Iterable[str], hidden: Iterable[str]) -> Iterator[Finding]:
    for folder in folders:
        if any(path.startswith(folder) for path in hidden):
            message = f"`{ENVIRONMENT_FILE}` makes this a virtual environment, so what is in it is not read."
            hint = f"Delete `{folder}{ENVIRONMENT_FILE}`, or move the environment elsewhere."
            place = Location(folder.removesuffix("/"))
            yield Finding.of(CheckId.UNREADABLE_FILE, message, place, hint)
