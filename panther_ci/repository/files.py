"""Reads the files of a checkout without ever following a link out of it.

The checkout is a pull request's content: its links, file names, sizes and kinds are hostile.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import SPEC_SUFFIXES
from panther_ci.errors import InputError
from panther_ci.model import Finding
from panther_ci.repository.refusals import MAX_BYTES, MAX_DEPTH, RefusedError, is_text

SUFFIXES = (*SPEC_SUFFIXES, ".py")
SKIPPED_FOLDERS = ("node_modules", "__pycache__")
# Larger reads are slower: the buffer is allocated in full for each file, however small.
CHUNK_BYTES = 64 * 1024

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Tree(NamedTuple):
    """The bytes of every file that may matter, by path from the root, and what could not be read."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()


def is_watched(path: str) -> bool:
    """Whether a path has a suffix of specs, bodies or their data, in upper or lower case."""
    return path.lower().endswith(SUFFIXES)


def is_entered(folder: str) -> bool:
    """Whether folders of this name are read; hidden ones and caches contain nothing to judge."""
    return not folder.startswith(".") and folder not in SKIPPED_FOLDERS


def read_tree(root: Path, within: str = ".") -> Tree:
    """Read every spec, body and data file of `root`/`within`; hidden folders and caches are skipped.

    Links, files past 4 MiB, devices and unreadable files become findings and the rest is read all
    the same. Raises `InputError` when `within` is no folder of `root`.
    """
    prefix = normalise(within)
    with _open_folder(root, prefix) as folder:
        return make_tree(_walk(folder, prefix, 0))


def read_file(root: Path, path: str) -> bytes:
    """Read one file the user named, by its path from `root`.

    Raises `InputError` when it is missing, outside of `root`, behind a link, no regular file or
    past 4 MiB.
    """
    parent, _, name = normalise(path).rpartition("/")
    with _open_folder(root, parent or ".") as folder:
        try:
            return _read(folder, name)
        except RefusedError as refused:
            raise InputError(f"`{path}`: {refused.message}", refused.check.help) from None


def make_tree(found: Iterator[tuple[str, bytes | Finding]]) -> Tree:
    """The tree of contents and findings, in order of their paths."""
    contents = sorted(found, key=lambda item: item[0])
    return Tree(
        {path: content for path, content in contents if isinstance(content, bytes)},
        tuple(content for _, content in contents if isinstance(content, Finding)),
    )


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


def _walk(folder: int, prefix: str, depth: int) -> Iterator[tuple[str, bytes | Finding]]:
    base = "" if prefix == "." else prefix + "/"
    with os.scandir(folder) as entries:
        listed = list(entries)
    for entry in listed:
        path = base + entry.name
        if entry.is_dir(follow_symlinks=False):
            if is_entered(entry.name):
                yield from _enter(folder, path, depth + 1)
        elif is_watched(entry.name):
            yield path, _read_entry(folder, path)
        elif _is_linked_folder(entry):
            yield path, RefusedError(CheckId.LINKED_FOLDER).as_finding(path)


def _is_linked_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether a link leads to a folder; one that leads nowhere, to itself say, doesn't."""
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        return False


def _enter(folder: int, path: str, depth: int) -> Iterator[tuple[str, bytes | Finding]]:
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
        return _read_all(descriptor)
    except OSError as error:
        raise RefusedError(CheckId.UNREADABLE_FILE, _describe(error)) from None
    finally:
        os.close(descriptor)


def _read_all(descriptor: int) -> bytes:
    """All bytes of a regular file, of which a short read is the last one."""
    chunk = os.read(descriptor, CHUNK_BYTES)
    chunks, total = [chunk], len(chunk)
    while len(chunk) == CHUNK_BYTES and total <= MAX_BYTES:
        chunk = os.read(descriptor, CHUNK_BYTES)
        chunks.append(chunk)
        total += len(chunk)
    if total > MAX_BYTES:
        raise RefusedError(CheckId.LARGE_FILE)
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
