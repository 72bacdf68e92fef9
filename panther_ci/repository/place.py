"""Finds the repository around the folder that is to be judged."""

import os
from pathlib import Path, PurePath
from typing import NamedTuple

from panther_ci.errors import InputError
from panther_ci.repository.git import find_root


class Place(NamedTuple):
    """The root of the repository, and the folder in it that is judged, as a path from the root."""

    root: Path
    within: str

    def seen_from_root(self, folder: Path) -> str:
        """A folder as a path from the root; it may be outside."""
        return os.path.relpath(folder, self.root)


def find_place(start: Path, path: str) -> Place:
    """The repository around a folder; outside of git, where we started, or else the folder itself.

    Raises `InputError` where the folder is missing, or where a link of the content leads to it: the
    bytes behind that may be those of another checkout, or of this machine.
    """
    try:
        top = start.resolve()
        folder = (start / path).resolve(strict=True)
    except (OSError, RuntimeError):  # up to Python 3.12, a link to itself is a RuntimeError
        folder = None
    if folder is None or not folder.is_dir():
        raise InputError(f"path: {path} is not a folder.", "Name the folder that contains the detections.")
    named = Path(os.path.normpath(top / path))
    if named.is_relative_to(top) and named != folder:
        raise InputError(
            f"path: {path} leads through a link, and links are not followed.", "Name the folder itself."
        )
    root = find_root(folder) or (top if folder.is_relative_to(top) else folder)
    return Place(root, str(PurePath(folder.relative_to(root))))
