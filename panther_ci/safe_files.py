"""Writes report files and archives where they were asked for, and nowhere a link of the content points to."""

import os
from contextlib import suppress
from pathlib import Path

from panther_ci.errors import InputError


def write_file(root: Path, path: str, data: bytes) -> Path:
    """Write a whole file or nothing, and return where.

    A path inside `root`, or the repository around it, can't lead out of that, or to what git keeps there:
    folders that are links to either are refused, and a link in the file's own place is replaced, not
    followed. Elsewhere only plain files are replaced, since it may be a device. Raises `InputError` naming
    the path.
    """
    import tempfile

    start = root.resolve()
    target = Path(os.path.normpath(start / path))
    top = next((each for each in (start, *start.parents) if (each / ".git").exists()), start)
    try:
        folder = target.parent.resolve()
        if target.is_relative_to(top) and not folder.is_relative_to(top):
            raise InputError(f"{path} leads out of the workspace by a link.", "Name a folder inside it.")
        if _is_of_git(folder, top) and not _is_of_git(target.parent, top):
            raise InputError(f"{path} leads by a link to git's own files.", "Name another folder.")
        if not target.is_relative_to(top) and os.path.lexists(target) and not _is_plain(target):
            raise InputError(f"{path} is no plain file, so it is not replaced.", "Name another place.")
        _make_folder(folder)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".panther-ci-")
    except OSError as error:
        raise InputError(
            f"{path} can't be written: {error.strerror}.", "Name a folder that can be written."
        ) from None
    except RuntimeError:  # how Python up to 3.12 reports a link to itself
        raise InputError(f"{path} leads to a link to itself.", "Name another folder.") from None
    return _fill(handle, Path(name), folder / target.name, data)


def _is_of_git(folder: Path, top: Path) -> bool:
    inside = folder.relative_to(top).parts if folder.is_relative_to(top) else ()
    return any(part.casefold() == ".git" for part in inside)


def _make_folder(folder: Path) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        _hand_over(each, missing[-1].parent)


def _hand_over(path: Path, folder: Path) -> None:
    """Give what a container's root made to the owner of a folder: a runner's next checkout removes it."""
    if os.geteuid() == 0:
        owner = folder.stat()
        with suppress(OSError):
            os.chown(path, owner.st_uid, owner.st_gid)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _fill(handle: int, unfinished: Path, target: Path, data: bytes) -> Path:
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        unfinished.chmod(0o644)
        _hand_over(unfinished, target.parent)
        unfinished.replace(target)
    except OSError as error:
        raise InputError(
            f"{target.name} can't be written: {error.strerror}.", "Name another place."
        ) from None
    finally:  # a signal may end it too
        unfinished.unlink(missing_ok=True)
    return target
