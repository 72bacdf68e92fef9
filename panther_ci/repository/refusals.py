"""The findings about files of a checkout that are not read, whatever they were to be read from."""

from panther_ci.model import Finding, Level, Location

MAX_BYTES = 4 * 1024 * 1024
# Paths have at most 4096 bytes, which is 2048 folders: more open folders than a process may hold.
MAX_DEPTH = 64

_WORDS = {
    "deep-folder": (
        f"folders are nested more than {MAX_DEPTH} deep, so this one is not read",
        "Move its files up.",
    ),
    "file-name": ("the path is not UTF-8, so the file is not read", "Rename the file."),
    "large-file": (
        f"the file is larger than {MAX_BYTES // 1024**2} MiB, so it is not checked",
        "Split it, or give it another suffix if it is no detection.",
    ),
    "linked-file": (
        "this is a link, and links are not followed",
        "Commit the file itself instead of a link.",
    ),
    "linked-folder": (
        "this is a link to a folder, so nothing behind it is read",
        "Commit the folder itself instead of a link.",
    ),
    "special-file": ("this is neither a file nor a folder, so it is not read", "Remove it."),
    "unreadable-file": ("this can't be read", "Make it readable for the one who runs this."),
}


class RefusedError(Exception):
    """A file that is not read, with the check that says why."""

    def __init__(self, check: str, detail: str = "") -> None:
        message, self.hint = _WORDS[check]
        self.check = check
        self.message = f"{message} ({detail})" if detail else message
        super().__init__(self.message)

    def as_finding(self, path: str) -> Finding:
        """The finding for a file; one that rejects, unless no spec or body can be missing by it."""
        data_only = self.check == "large-file" and path.endswith(".json")
        level = Level.WARNING if data_only or self.check == "linked-folder" else Level.ERROR
        return Finding(self.check, self.message, Location(show_path(path)), level, self.hint)


def show_path(path: str) -> str:
    """A path to read; one that isn't UTF-8 holds surrogates, which no report could be encoded with."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_text(path: str) -> bool:
    """Whether a path, as `os.fsdecode` returns it, was UTF-8."""
    return path.isascii() or not any("\udc80" <= character <= "\udcff" for character in path)
