"""Notices that files of a folder were saved, made, moved or deleted, by what the file system says of them."""

import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from panther_ci.repository.files import is_content, is_entered

# Editors write a file in several steps, and several files at once.
SETTLING_SECONDS = 0.02
# Something writes without an end: it is time to look at what there is.
MOST_SETTLING = 100
_SHORTEST_PAUSE = 0.05
# A pause is so many times as long as a look, so that waiting costs a twentieth of a processor at most.
_PAUSES = 19


class Mark(NamedTuple):
    """What tells one state of a file or folder from another."""

    changed_ns: int
    size: int
    inode: int


class Sweep(NamedTuple):
    """The files that are read, and the folders they may be in, by path from the root."""

    root: Path
    folders: tuple[str, ...]
    marks: Mapping[str, Mark]

    def changed_since(self, before: "Sweep") -> tuple[str, ...]:
        """The files that are not as they were, or not there; folders are none."""
        paths = sorted(self.marks.keys() | before.marks.keys())
        return tuple(
            path for path in paths if is_content(path) and self.marks.get(path) != before.marks.get(path)
        )


def sweep(root: Path, folders: Iterable[str]) -> Sweep:
    """How everything in these folders is now."""
    known = tuple(folders)
    paths = {path for folder in known for path in _list(root, "" if folder == "." else folder)}
    return Sweep(root, known, _look(root, paths))


def wait_for_change(last: Sweep) -> Sweep:
    """The next state that is not the last one, once it lasts for a moment."""
    while True:
        begun = time.monotonic()
        if _look(last.root, last.marks) != last.marks:
            return _settle(last)
        time.sleep(max(_SHORTEST_PAUSE, _PAUSES * (time.monotonic() - begun)))


def _settle(last: Sweep) -> Sweep:
    found = sweep(last.root, last.folders)
    for _ in range(MOST_SETTLING):
        time.sleep(SETTLING_SECONDS)
        if _look(last.root, found.marks) == found.marks:
            break
        found = sweep(last.root, last.folders)
    return found


def _look(root: Path, paths: Iterable[str]) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    try:
        start = os.open(root, os.O_RDONLY)
    except OSError:  # it is gone, and may come back
        return found
    try:
        for path in paths:
            with suppress(OSError):
                seen = os.stat(path or ".", dir_fd=start, follow_symlinks=False)
                found[path] = Mark(seen.st_mtime_ns, seen.st_size, seen.st_ino)
    finally:
        os.close(start)
    return found


def _list(root: Path, folder: str) -> Iterator[str]:
    """The paths of a folder, of all in it, and of the files that are read."""
    yield folder
    try:
        with os.scandir(root / folder) as entries:
            listed = list(entries)
    except OSError:
        return
    for entry in listed:
        path = f"{folder}/{entry.name}".lstrip("/")
        if not entry.is_dir(follow_symlinks=False):
            yield from (path,) if is_content(path) else ()
        elif is_entered(entry.name):
            yield from _list(root, path)
