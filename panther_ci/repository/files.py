"""Reads the files of a checkout without ever following a link out of it.

The checkout is a pull request's content: its links, file names, sizes and kinds are hostile.
"""

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from panther_ci.errors import InputError
from panther_ci.model import Finding, Level, Location

SUFFIXES = (".yml", ".yaml", ".json", ".py")
SKIPPED_FOLDERS = ("node_modules", "__pycache__")
MAX_BYTES = 4 * 1024 * 1024
# Paths have at most 4096 bytes, which is 2048 folders: more open folders than a process may hold.
MAX_DEPTH = 64
# Larger reads are slower: the buffer is allocated in full for each file, however small.
CHUNK_BYTES = 64 * 1024

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Tree:
    """The bytes of every file that may matter, by path from the root, and what could not be read."""

    files: Mapping[str, bytes]
    findings: tuple[Finding, ...] = ()


class _RefusedError(Exception):
    """A file that is not read, and why; turned into a finding or an `InputError` by the caller."""

    def __init__(self, check: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.check = check
        self.message = message
        self.hint = hint


def is_watched(path: str) -> bool:
    """Whether a path has one of the suffixes that specs, bodies and their data have."""
    return path.endswith(SUFFIXES)


def read_tree(root: Path, within: str = ".") -> Tree:
    """Read every spec, body and data file of `root`/`within`; hidden folders and caches are left out.

    Links, files past 4 MiB, devices and unreadable files become findings and the rest is read all
    the same. Raises `InputError` when `within` is no folder of `root`.
    """
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    prefix = _normalise(within)
    with _open_folder(root, prefix) as folder:
        for path, content in _walk(folder, prefix, 0):
            if isinstance(content, bytes):
                files[path] = content
            else:
                findings.append(content)
    findings.sort(key=lambda finding: (finding.location.path, finding.check))
    return Tree({path: files[path] for path in sorted(files)}, tuple(findings))


def read_file(root: Path, path: str) -> bytes:
    """Read one file the user named, by its path from `root`.

    Raises `InputError` when it is missing, outside of `root`, behind a link, no regular file or
    past 4 MiB.
    """
    clean = _normalise(path)
    parent, _, name = clean.rpartition("/")
    with _open_folder(root, parent or ".") as folder:
        try:
            return _read(folder, name)
        except _RefusedError as refused:
            raise InputError(f"{path}: {refused.message}", refused.hint) from None


def _normalise(path: str) -> str:
    pure = PurePosixPath(path or ".")
    if pure.is_absolute() or ".." in pure.parts or "\0" in path:
        raise InputError(
            f"`{path}` is not inside the repository.", "Give a path from the root of the repository."
        )
    return str(pure)


@contextmanager
def _open_folder(root: Path, within: str) -> Iterator[int]:
    """The descriptor of a folder, opened step by step so that no part of `within` may be a link."""
    folder = _open_root(root)
    try:
        for part in PurePosixPath(within).parts:
            try:
                inner = os.open(part, _FOLDER, dir_fd=folder)
            except OSError as error:
                raise InputError(
                    f"`{within}` is not a folder of the repository ({_describe(error)}).",
                    "Name a folder that exists and that isn't a link.",
                ) from None
            os.close(folder)
            folder = inner
        yield folder
    finally:
        os.close(folder)


def _open_root(root: Path) -> int:
    try:
        return os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise InputError(
            f"`{root}` can't be opened ({_describe(error)}).",
            "Check out the repository first, or name its folder.",
        ) from None


def _walk(folder: int, prefix: str, depth: int) -> Iterator[tuple[str, bytes | Finding]]:
    base = "" if prefix == "." else prefix + "/"
    with os.scandir(folder) as entries:
        listed = list(entries)
    for entry in listed:
        path = base + entry.name
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith(".") and entry.name not in SKIPPED_FOLDERS:
                yield from _enter(folder, entry.name, path, depth + 1)
        elif is_watched(entry.name):
            yield _read_entry(folder, entry.name, path)
        elif entry.is_symlink() and entry.is_dir():
            yield path, _refuse(path, _link_to_folder(), Level.WARNING)


def _enter(folder: int, name: str, path: str, depth: int) -> Iterator[tuple[str, bytes | Finding]]:
    if depth > MAX_DEPTH:
        yield (
            path,
            _refuse(
                path,
                _RefusedError(
                    "deep-folder",
                    f"folders are nested more than {MAX_DEPTH} deep, so this one is not read",
                    "Move its files up.",
                ),
            ),
        )
        return
    try:
        inner = os.open(name, _FOLDER, dir_fd=folder)
    except OSError as error:
        yield path, _refuse(path, _unreadable("folder", error))
        return
    try:
        yield from _walk(inner, path, depth)
    finally:
        os.close(inner)


def _read_entry(folder: int, name: str, path: str) -> tuple[str, bytes | Finding]:
    if not _is_text(path):
        return path, _refuse(path, _RefusedError("file-name", "the path is not UTF-8", "Rename the file."))
    try:
        return path, _read(folder, name)
    except _RefusedError as refused:
        level = Level.WARNING if refused.check == "large-file" and path.endswith(".json") else Level.ERROR
        return path, _refuse(path, refused, level)


def _read(folder: int, name: str) -> bytes:
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        raise _explain(folder, name, error) from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise _RefusedError(
                "special-file", "this is neither a file nor a folder, so it is not read", "Remove it."
            )
        return _read_all(descriptor)
    except OSError as error:
        raise _unreadable("file", error) from None
    finally:
        os.close(descriptor)


def _read_all(descriptor: int) -> bytes:
    """All bytes of a regular file, of which a short read is the last one."""
    chunk = os.read(descriptor, CHUNK_BYTES)
    if len(chunk) < CHUNK_BYTES:
        return chunk
    chunks, total = [chunk], len(chunk)
    while chunk and total <= MAX_BYTES:
        chunk = os.read(descriptor, CHUNK_BYTES)
        chunks.append(chunk)
        total += len(chunk)
    if total > MAX_BYTES:
        raise _RefusedError(
            "large-file",
            f"the file is larger than {MAX_BYTES // 1024**2} MiB, so it is not checked",
            "Split it, or give it another suffix if it is no detection.",
        )
    return b"".join(chunks)


def _explain(folder: int, name: str, error: OSError) -> _RefusedError:
    try:
        is_link = stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        is_link = False
    if is_link:
        return _RefusedError(
            "linked-file",
            "this is a link, and links are not followed",
            "Commit the file itself instead of a link.",
        )
    return _unreadable("file", error)


def _unreadable(what: str, error: OSError) -> _RefusedError:
    return _RefusedError(
        "unreadable-file",
        f"the {what} can't be read ({_describe(error)})",
        f"Make the {what} readable for the one who runs this.",
    )


def _link_to_folder() -> _RefusedError:
    return _RefusedError(
        "linked-folder",
        "this is a link to a folder, so nothing behind it is read",
        "Commit the folder itself instead of a link.",
    )


def _refuse(path: str, refused: _RefusedError, level: Level = Level.ERROR) -> Finding:
    shown = path if _is_text(path) else os.fsencode(path).decode("utf-8", "backslashreplace")
    return Finding(refused.check, refused.message, Location(shown), level, refused.hint)


def _is_text(path: str) -> bool:
    return not any("\udc80" <= character <= "\udcff" for character in path)


def _describe(error: OSError) -> str:
    return (error.strerror or "unknown error").lower()
