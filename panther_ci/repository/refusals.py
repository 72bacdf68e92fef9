"""The findings about files of a checkout that are not read, whether from the work tree or from the index."""

from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.folders import is_detection_folder
from panther_ci.deployment_rules.uploads import DATA_SUFFIXES
from panther_ci.model import Finding, Level, Location

_MEBIBYTE = 1024 * 1024
MAX_BYTES = 4 * _MEBIBYTE
# JSON may be data, which has to be read to know that it is no spec.
MAX_JSON_BYTES = 16 * _MEBIBYTE
# Paths have at most 4096 bytes, which is 2048 folders: more open folders than a process may have.
MAX_DEPTH = 64

_MESSAGES: Final = {
    CheckId.DEEP_FOLDER: f"Folders are nested more than {MAX_DEPTH} deep, so this one is not read",
    CheckId.FILE_NAME: "The path is not UTF-8, so the file is not read",
    CheckId.LARGE_FILE: "The file is too large to be checked",
    CheckId.LINKED_FILE: "This is a link, and links are not followed",
    CheckId.LINKED_FOLDER: "This is a link to a folder, so the files behind it are not read",
    CheckId.SPECIAL_FILE: "This is not a regular file, so it is not read",
    CheckId.UNREADABLE_FILE: "This can't be read",
}


class RefusedError(Exception):
    """A file that is not read, with the check that says why."""

    def __init__(self, check: CheckId, detail: str = "") -> None:
        self.check = check
        self.message = f"{_MESSAGES[check]} ({detail})." if detail else f"{_MESSAGES[check]}."
        super().__init__(self.message)

    def as_finding(self, path: str) -> Finding:
        """The finding for a file; only a warning for large JSON in a folder that is not one of detections.

        A file of rows is no part of a detection, unless a lookup table names it, which is told there.
        """
        finding = Finding.of(self.check, self.message, Location(show_path(path)), self.check.help)
        if path.lower().endswith(DATA_SUFFIXES):
            return finding._replace(level=Level.NOTICE)
        is_data = self.check is CheckId.LARGE_FILE and path.endswith(".json")
        is_elsewhere = is_data and not is_detection_folder(path.rpartition("/")[0])
        return finding._replace(level=Level.WARNING) if is_elsewhere else finding


def refuse_size(path: str) -> RefusedError:
    """The refusal of a file that is larger than those of its suffix may be."""
    return RefusedError(CheckId.LARGE_FILE, f"more than {max_bytes(path) // _MEBIBYTE} MiB")


def max_bytes(path: str) -> int:
    """How large a file may be to be read."""
    return MAX_JSON_BYTES if path.endswith(".json") else MAX_BYTES


def show_path(path: str) -> str:
    """A path as text; one that isn't UTF-8 contains surrogates, which no report could be encoded with."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_text(path: str) -> bool:
    """Whether a path, as `os.fsdecode` returns it, was UTF-8."""
    return path.isascii() or not any("\udc80" <= character <= "\udcff" for character in path)
