"""Files whose bytes on disk are not those of the base, although git reports no change of them.

What is judged is what is on disk: attributes can change how git writes a file without changing its content in
the repository, and git can be told not to look at a file.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from panther_ci.errors import InputError, RepositoryError
from panther_ci.model import Change, ChangeKind, ChangeSet
from panther_ci.repository.files import Tree, is_content, read_file, read_tree
from panther_ci.repository.git import Repository, blob_namer
from panther_ci.repository.refusals import MAX_BYTES, show_path
from panther_ci.repository.selection import find_changed

ATTRIBUTES = ".gitattributes"
SHOWN = 3


def include_disk(repository: Repository, changes: ChangeSet, tree: Tree) -> ChangeSet:
    """The changes together with those of files of `tree` that git does not report, which its notes tell.

    Raises `RepositoryError` when git fails.
    """
    if changes.judge_all_reason or not changes.base:
        return changes
    reported = find_changed(tree.files, changes.changes)
    files = {path: data for path, data in tree.files.items() if path not in reported}
    known = repository.tree(changes.base)
    differing = find_differing(repository, known, files)
    rewritten: Mapping[str, bytes] = {}
    if any(_is_attributes(change) for change in changes.changes):
        rewritten = find_rewritten(repository, changes, tree)
    found = sorted(differing | rewritten.keys())
    kinds = ((path, ChangeKind.MODIFIED if path in known else ChangeKind.ADDED) for path in found)
    added = tuple(Change(path, kind) for path, kind in kinds)
    blobs = repository.read_blobs((known[path] for path in found if path in known), MAX_BYTES)
    before = {path: blobs[known[path]] for path in found if known.get(path) in blobs}
    return replace(
        changes,
        changes=tuple(sorted((*changes.changes, *added), key=lambda change: change.path)),
        base_files={**changes.base_files, **before, **rewritten},
        notes=(*changes.notes, *_tell(differing - rewritten.keys(), rewritten, known)),
    )


def find_differing(repository: Repository, known: Mapping[str, str], files: Mapping[str, bytes]) -> set[str]:
    """Paths of files that would not become the objects which `known` has by path if they were committed."""
    name = blob_namer(known)
    odd = {path for path, data in files.items() if known.get(path) != name(data)}
    tracked = sorted(path for path in odd if path in known)
    same = _find_same(repository, known, tracked)
    inside: dict[str, set[str]] = defaultdict(set)
    for path in odd.difference(known):
        if folder := _find_submodule(path, known):
            inside[folder].add(path)
    for folder, paths in inside.items():
        same |= paths - _find_in_submodule(
            repository, folder, known[folder], {path: files[path] for path in paths}
        )
    return odd - same


def _find_same(repository: Repository, known: Mapping[str, str], paths: list[str]) -> set[str]:
    """Those of these files that git would commit as they are known."""
    try:
        blobs = repository.hash_files(paths)
    except RepositoryError:  # one of them is not in the encoding that an attribute names
        return set()
    same = {path for path, blob in zip(paths, blobs, strict=True) if blob == known[path]}
    others = set(paths) - same
    # Filters are programs, which never run here.
    return same | (repository.filtered(others, repository.filters()) if others else frozenset())


def _find_in_submodule(
    repository: Repository, folder: str, commit: str, files: Mapping[str, bytes]
) -> set[str]:
    inner = replace(repository, root=repository.root / folder)
    below = {path.removeprefix(f"{folder}/"): data for path, data in files.items()}
    try:
        return {f"{folder}/{path}" for path in find_differing(inner, inner.tree(commit), below)}
    except RepositoryError:  # nothing is known of it, so anything may differ
        return set(files)


def find_rewritten(repository: Repository, changes: ChangeSet, tree: Tree) -> Mapping[str, bytes]:
    """The bytes that a checkout of the base has on disk, by path, of files that have others now.

    Only of those that git does not report. What can't be read now differs too.
    """
    from tempfile import TemporaryDirectory

    others = {path for path in tree.files if not is_content(path)}
    with TemporaryDirectory() as folder:
        repository.check_out(changes.base, lambda path: is_content(path) or path in others, Path(folder))
        before = {**read_tree(Path(folder)).files, **dict(_read(Path(folder), others))}
    refused = {finding.location.path for finding in tree.findings}
    found = {
        path: data
        for path, data in before.items()
        if (path in tree.files and tree.files[path] != data) or show_path(path) in refused
    }
    reported = find_changed(found, changes.changes)
    return {path: data for path, data in found.items() if path not in reported}


def _read(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        with suppress(InputError):  # the base does not have it
            yield path, read_file(root, path)


def _is_attributes(change: Change) -> bool:
    return ATTRIBUTES in (PurePosixPath(change.path).name, PurePosixPath(change.old_path).name)


def _find_submodule(path: str, known: Mapping[str, str]) -> str:
    """The folder around a path that is a submodule, as the base has no files in it; empty for none."""
    return next((str(folder) for folder in PurePosixPath(path).parents if str(folder) in known), "")


def _tell(differing: Iterable[str], rewritten: Iterable[str], known: Mapping[str, str]) -> Iterable[str]:
    """What is judged although git reports no change of it, for people."""
    hidden = [path for path in differing if path in known]
    inside = [path for path in differing if path not in known and _find_submodule(path, known)]
    ignored = sorted(set(differing).difference(hidden, inside))
    groups = (
        ("Attributes of git changed the bytes of these files on disk", rewritten),
        ("Judged as they are on disk, although git was told not to look at them", hidden),
        ("Judged with changes that no commit of their submodule has", inside),
        ("Judged although git ignores them, so that no commit has them", ignored),
    )
    return (f"{words}: {_list(sorted(paths))}." for words, paths in groups if paths)


def _list(paths: list[str]) -> str:
    more = f" and {len(paths) - SHOWN} more" if len(paths) > SHOWN else ""
    return ", ".join(f"`{show_path(path)}`" for path in paths[:SHOWN]) + more
