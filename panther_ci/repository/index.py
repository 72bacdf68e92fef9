"""Reads what is staged, so that a hook can judge the commit that is being made."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding
from panther_ci.repository.files import (
    ENVIRONMENT_FILE,
    Tree,
    is_content,
    is_entered,
    make_environment,
    make_tree,
    normalise,
)
from panther_ci.repository.git import Repository
from panther_ci.repository.records import LINK, REGULAR_FILE, SUBMODULE, IndexEntry
from panther_ci.repository.refusals import MAX_JSON_BYTES, RefusedError, is_text, max_bytes, refuse_size


def read_index(repository: Repository, within: str = ".") -> Tree:
    """What `read_tree` would read if the work tree were as the index says.

    Raises `InputError` for a `within` that leads outside, and `RepositoryError` when git fails or a
    conflict is unresolved.
    """
    folder = PurePosixPath(normalise(within))
    repository.require_root()
    listed = tuple(list_staged(repository))
    inside = [entry for _, found in listed for entry in found if _is_inside(entry, folder)]
    environments = find_environments(inside, folder)
    entries = [entry for entry in inside if _is_content(entry) and not environments & set(_folders(entry))]
    wanted = {entry for entry in entries if _refusal(entry) is None}
    blobs: dict[str, bytes] = {}
    for place, found in listed:
        blobs |= place.read_blobs((entry.blob for entry in wanted.intersection(found)), MAX_JSON_BYTES)
    outermost = (path for path in environments if not environments & set(PurePosixPath(path).parents))
    left_out = ((str(path), make_environment(str(path))) for path in outermost)
    return make_tree((*_contents(entries, blobs), *left_out))


def list_staged(repository: Repository) -> Iterator[tuple[Repository, tuple[IndexEntry, ...]]]:
    """What is staged, and what the commits of submodules have that are staged, each by where its bytes are.

    Of submodules that are not checked out, nothing is known here. Raises `RepositoryError` when git fails.
    """
    waiting = [(repository, "", repository.staged())]
    while waiting:
        place, prefix, found = waiting.pop()
        yield place, tuple(entry._replace(path=prefix + entry.path) for entry in found)
        for entry in found:
            inner = replace(place, root=place.root / entry.path)
            if entry.mode.startswith(SUBMODULE) and _is_checked_out(inner.root):
                waiting.append((inner, f"{prefix}{entry.path}/", inner.entries(entry.blob)))


def _is_checked_out(folder: Path) -> bool:
    return not folder.is_symlink() and (folder / ".git").exists()


def find_environments(entries: Iterable[IndexEntry], folder: PurePosixPath) -> set[PurePosixPath]:
    """The virtual environments below a folder."""
    paths = (PurePosixPath(entry.path) for entry in entries)
    return {path.parent for path in paths if path.name == ENVIRONMENT_FILE and path.parent != folder}


def _is_inside(entry: IndexEntry, folder: PurePosixPath) -> bool:
    path = PurePosixPath(entry.path)
    return path.is_relative_to(folder) and all(map(is_entered, path.relative_to(folder).parts[:-1]))


def _folders(entry: IndexEntry) -> Sequence[PurePosixPath]:
    return PurePosixPath(entry.path).parents


def _is_content(entry: IndexEntry) -> bool:
    return is_content(entry.path) and entry.mode.startswith((REGULAR_FILE, LINK))


def _refusal(entry: IndexEntry) -> RefusedError | None:
    if not is_text(entry.path):
        return RefusedError(CheckId.FILE_NAME)
    return RefusedError(CheckId.LINKED_FILE) if entry.mode.startswith(LINK) else None


def _contents(entries: list[IndexEntry], blobs: Mapping[str, bytes]) -> Iterator[tuple[str, bytes | Finding]]:
    for entry in entries:
        refused = _refusal(entry)
        is_read = entry.blob in blobs and len(blobs[entry.blob]) <= max_bytes(entry.path)
        if refused is None and not is_read:
            refused = refuse_size(entry.path)
        yield entry.path, refused.as_finding(entry.path) if refused else blobs[entry.blob]
