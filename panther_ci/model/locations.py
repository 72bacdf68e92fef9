"""A place in a file of the repository."""

from typing import NamedTuple


class Location(NamedTuple):
    """A place in a file of the repository; 1-based, `None` where it is not known."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
