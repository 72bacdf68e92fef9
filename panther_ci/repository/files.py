"""Reads the files of a checkout without ever following a link out of it.

The checkout is a pull request's content: its links, file names, sizes and kinds are hostile.
"""

import os
import posixpath
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeAlias

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.folders import is_detection_folder
from panther_ci.deployment_rules.uploads import DATA_SUFFIXES, SPEC_SUFFIXES
from panther_ci.errors import InputError
from panther_ci.model import Finding, LeftOut, Omission
from panther_ci.repository.refusals import MAX_DEPTH, RefusedError, is_text, max_bytes, refuse_size, show_path

SUFFIXES = (*SPEC_SUFFIXES, *DATA_SUFFIXES, ".py")
SKIPPED_FOLDERS = ("node_modules", "__pycache__", "venv")
# Python writes this file into each virtual environment, whatever its name.
ENVIRONMENT_FILE = "pyvenv.cfg"
# Settings of other tools, with the names that Panther's own tools ignore too.
SKIPPED_NAMES = ("package.json", "package-lock.json")
SKIPPED_PATHS = ("dependabot.yml", "dependabot.yaml")
# Larger reads are slower: the buffer is allocated in full for each file, however small.
CHUNK_BYTES = 64 * 1024

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


Content: TypeAlias = bytes | Finding | LeftOut


class Tree(NamedTuple):
    """The bytes of every file that may matter, by path from the root, and what was not read."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


def is_watched(path: str) -> bool:
    """Whether a path has a suffix of specs, bodies or their data, in upper or lower case."""
    return path.lower().endswith(SUFFIXES)


def is_content(path: str) -> bool:
    """Whether the file at a path from the root is read."""
    skipped = path in SKIPPED_PATHS or path.rpartition("/")[2] in SKIPPED_NAMES
    return is_watched(path) and not skipped


def is_entered(folder: str) -> bool:
    """Whether folders of this name are read; hidden ones, caches and packages have nothing to judge."""
    return not folder.startswith(".") and folder not in SKIPPED_FOLDERS


def read_tree(root: Path, within: str = ".") -> Tree:
    """Read every spec, body and data file of `root`/`within`.

    Hidden folders, caches and virtual environments are skipped. Links, too large files, devices and
    unreadable files become findings and the rest is read all the same. Raises `InputError` when `within`
    is no folder of `root`.
    """
    prefix = normalise(within)
    with _open_folder(root, prefix) as folder:
        return make_tree(_walk(folder, prefix, 0))


def read_file(root: Path, path: str) -> bytes:
    """Read one file the user named, by its path from `root`.

    Raises `InputError` when it is missing, outside of `root`, behind a link, no regular file or
    too large.
    """
    inside = normalise(path)
    if not os.path.lexists(root / inside):
        raise InputError(f"There is no file `{path}`.", "Give its path from the repository's root.")
    parent, _, name = inside.rpartition("/")
    with _open_folder(root, parent or ".") as folder:
        try:
            return _read(folder, name)
        except RefusedError as refused:
            raise InputError(f"`{path}`: {refused.message}", refused.check.help) from None


def make_tree(found: Iterable[tuple[str, Content]]) -> Tree:
    """The tree of contents, findings and what is left out, in order of their paths."""
    contents = sorted(found, key=lambda item: item[0])
    return Tree(
        {path: content for path, content in contents if isinstance(content, bytes)},
        tuple(content for _, content in contents if isinstance(content, Finding)),
        tuple(content for _, content in contents if isinstance(content, LeftOut)),
    )


def make_environment(folder: str) -> LeftOut:
    """A virtual environment, which is not read."""
    return LeftOut(Omission.ENVIRONMENT, f"{show_path(folder)}/")


def join_trees(trees: Iterable[Tree]) -> Tree:
    """All trees as one, in order of their paths; what several have counts once."""
    parts = tuple(trees)
    files = {path: data for tree in parts for path, data in tree.files.items()}
    return Tree(
        dict(sorted(files.items())),
        tuple(dict.fromkeys(finding for tree in parts for finding in tree.findings)),
        tuple(dict.fromkeys(each for tree in parts for each in tree.left_out)),
    )


def find_related(root: Path, within: str) -> tuple[str, ...]:
    """The folders that the detections in `within` may need: those of detections around and beside it.

    What else is in the repository, such as an application or fixtures of tests, has nothing to do with
    them. Raises `InputError` when `within` is no folder of `root`.
    """
    parts = PurePosixPath(normalise(within)).parts
    found: list[str] = []
    for depth, part in enumerate(parts):
        outer = "/".join(parts[:depth])
        if is_detection_folder(outer):
            return (*found, outer)
        with _open_folder(root, outer or ".") as folder, os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
        beside = [name for name in names if is_entered(name) and is_detection_folder(name)]
        found += (f"{outer}/{name}".lstrip("/") for name in beside if name != part)
    return tuple(found)


def is_related(path: str, within: str) -> bool:
    """Whether a file is in a folder or in those that `find_related` finds for it, by its path alone."""
    own, folders = PurePosixPath(within).parts, PurePosixPath(path).parts[:-1]
    common = len(posixpath.commonprefix((own, folders)))
    outer = (depth for depth in range(common + 1) if is_detection_folder("/".join(own[:depth])))
    start = common if common == len(own) else next(outer, None)
    if start is None and common < len(folders) and is_detection_folder(folders[common]):
        start = common
    return start is not None and all(map(is_entered, folders[start:]))


def normalise(path: str) -> str:
    """A path as parts joined by single slashes; raises `InputError` for one that may lead outside."""
    pure = PurePosixPath(path or ".")
    if pure.is_absolute() or ".." in pure.parts or "\0" in path:
        raise InputError(f"`{path}` is not inside the repository.", "Give a path from the repository's root.")
    return str(pure)


@contextmanager
def _open_folder(root: Path, within: str) -> Iterator[int]:
    """The descriptor of a folder, opened step by step so that no part of `within` may be a link."""
    try:
        folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise InputError(f"`{root}` can't be opened ({_describe(error)}).", "Check it out first.") from None
    try:
        for part in PurePosixPath(within).parts:
            outer, folder = folder, os.open(part, _FOLDER, dir_fd=folder)
            os.close(outer)
    except OSError as error:
        os.close(folder)
        raise InputError(
            f"`{within}` is not a folder of the repository ({_describe(error)}).",
            "Name a folder that exists and that isn't a link.",
        ) from None
    try:
        yield folder
    finally:
        os.close(folder)


def _walk(folder: int, prefix: str, depth: int) -> Iterator[tuple[str, Content]]:
    base = "" if prefix == "." else prefix + "/"
    with os.scandir(folder) as entries:
        listed = list(entries)
    if depth and any(entry.name == ENVIRONMENT_FILE for entry in listed):
        yield prefix, make_environment(prefix)
        return
    for entry in listed:
        path = base + entry.name
        if entry.is_dir(follow_symlinks=False):
            if is_entered(entry.name):
                yield from _enter(folder, path, depth + 1)
        elif is_content(path):
            yield path, _read_entry(folder, path)
        elif _is_linked_folder(entry):
            yield path, RefusedError(CheckId.LINKED_FOLDER).as_finding(path)


def _is_linked_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether a link leads to a folder; one that leads nowhere, to itself say, doesn't."""
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        return False


def _enter(folder: int, path: str, depth: int) -> Iterator[tuple[str, Content]]:
    if depth > MAX_DEPTH:
        yield path, RefusedError(CheckId.DEEP_FOLDER).as_finding(path)
        return
    try:
        inner = os.open(path.rpartition("/")[2], _FOLDER, dir_fd=folder)
    except OSError as error:
        yield path, RefusedError(CheckId.UNREADABLE_FILE, _describe(error)).as_finding(path)
        return
    try:
        yield from _walk(inner, path, depth)
    finally:
        os.close(inner)


def _read_entry(folder: int, path: str) -> bytes | Finding:
    try:
        if not is_text(path):
            raise RefusedError(CheckId.FILE_NAME)
        return _read(folder, path.rpartition("/")[2])
    except RefusedError as refused:
        return refused.as_finding(path)


def _read(folder: int, name: str) -> bytes:
    """The bytes of a regular file; raises `RefusedError` for anything else."""
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        raise _explain(folder, name, error) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise RefusedError(CheckId.SPECIAL_FILE)
        return _read_all(descriptor, name)
    except OSError as error:
        raise RefusedError(CheckId.UNREADABLE_FILE, _describe(error)) from None
    finally:
        os.close(descriptor)


def _read_all(descriptor: int, name: str) -> bytes:
    """All bytes of a regular file, of which a short read is the last one."""
    most = max_bytes(name)
    chunk = os.read(descriptor, CHUNK_BYTES)
    chunks, total = [chunk], len(chunk)
    while len(chunk) == CHUNK_BYTES and total <= most:
        chunk = os.read(descriptor, CHUNK_BYTES)
        chunks.append(chunk)
        total += len(chunk)
    if total > most:
        raise refuse_size(name)
    return b"".join(chunks)


def _explain(folder: int, name: str, error: OSError) -> RefusedError:
    try:
        is_link = stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        is_link = False
    if is_link:
        return RefusedError(CheckId.LINKED_FILE)
    return RefusedError(CheckId.UNREADABLE_FILE, _describe(error))


def _describe(error: OSError) -> str:
    return (error.strerror or "unknown error").lower()
