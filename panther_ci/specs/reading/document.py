"""What a reader of YAML or JSON hands on: values, the places they stand at, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from panther_ci.model import Finding, Json, Level, Location
from panther_ci.specs.reading.scalars import SuspiciousScalar

Key: TypeAlias = "str | int"
Keys: TypeAlias = "tuple[Key, ...]"

DEEPEST: Final = 64
MOST_EXPANDED: Final = 4 * 1024 * 1024
MOST_PROBLEMS: Final = 20


class Mark(Protocol):
    """A position in a text, 0-based."""

    @property
    def line(self) -> int:
        """Lines before this one."""

    @property
    def column(self) -> int:
        """Characters before this one in its line."""


class Spot(NamedTuple):
    """A mark of our own."""

    line: int
    column: int


Spots: TypeAlias = "dict[Any, tuple[Mark, Mark]]"


class UnreadableError(Exception):
    """The rest of the file isn't read; the finding that says why has been made."""


class SuspiciousValue(NamedTuple):
    """An suspicious and where it stands: the keys that lead to it, and its location."""

    keys: Keys
    suspicious: SuspiciousScalar
    location: Location


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A file as plain values; `findings` says what is wrong with it as YAML or JSON.

    `value` is None when the file could not be read to its end. `odd` are values that are valid, but
    were hardly meant. `places` has, by the identity of a mapping or list, the marks of keys and values.
    """

    path: str
    value: Json
    findings: tuple[Finding, ...]
    odd: tuple[SuspiciousValue, ...]
    places: dict[int, Spots]
    root: Mark | None

    def locate(self, keys: Sequence[Key]) -> Location:
        """Where the value under these keys begins, or the innermost one around it that exists."""
        return self._find(keys, 1)

    def locate_key(self, keys: Sequence[Key]) -> Location:
        """Where the last of these keys itself stands."""
        return self._find(keys, 0)

    def _find(self, keys: Sequence[Key], side: int) -> Location:
        value: Any = self.value
        mark = self.root
        for position, key in enumerate(keys, 1):
            entry = self.places.get(id(value), {}).get(key)
            if entry is None:
                break
            mark = entry[side if position == len(keys) else 1]
            value = value[key]
        return locate_mark(self.path, mark)


@dataclass(slots=True)
class DocumentBuilder:
    """What a reader has found so far; bounded, so that a hostile file can't flood a report."""

    path: str
    findings: list[Finding] = field(default_factory=list)
    odd: list[SuspiciousValue] = field(default_factory=list)
    places: dict[int, Spots] = field(default_factory=dict)
    root: Mark | None = None

    def report(self, check: str, message: str, mark: Mark | None, hint: str = "") -> None:
        """Add a finding of level error."""
        if len(self.findings) < MOST_PROBLEMS:
            self.findings.append(Finding(check, message, locate_mark(self.path, mark), Level.ERROR, hint))

    def refuse(self, check: str, message: str, mark: Mark | None, hint: str = "") -> UnreadableError:
        """The exception to raise after a finding that ends the reading; that finding is never cut off."""
        self.findings.append(Finding(check, message, locate_mark(self.path, mark), Level.ERROR, hint))
        return UnreadableError(message)

    def refuse_depth(self, mark: Mark) -> UnreadableError:
        """The exception for a file that nests too deeply."""
        hint = f"Real events nest less than ten levels; at most {DEEPEST} are read."
        return self.refuse(
            "nesting-limit", f"The file nests more than {DEEPEST} levels deep here.", mark, hint
        )

    def report_duplicate(self, key: Any, mark: Mark, spots: Spots) -> None:
        """Add the finding of a key that stands twice in one mapping."""
        line = spots[key][0].line + 1
        hint = f"Keep one of the two: most readers drop the one on line {line} in silence."
        self.report("duplicate-key", f"The key `{cut(str(key))}` stands here and on line {line}.", mark, hint)

    def note(self, keys: Keys, suspicious: SuspiciousScalar, mark: Mark) -> None:
        """Keep a value that was hardly meant; what JSON can't hold is an error at once."""
        if suspicious.fatal:
            hint = "Put it into quotes if it is text; events are JSON, which has no such number."
            self.report("not-json", f"`{suspicious.text}` is {suspicious.reading}.", mark, hint)
        elif len(self.odd) < MOST_PROBLEMS:
            self.odd.append(SuspiciousValue(keys, suspicious, locate_mark(self.path, mark)))

    def finish(self, value: Json) -> Document:
        """The document as it was read."""
        return Document(self.path, value, tuple(self.findings), tuple(self.odd), self.places, self.root)


def locate_mark(path: str, mark: Mark | None) -> Location:
    """The location of a mark; only the path when there is none."""
    return Location(path, mark.line + 1, mark.column + 1) if mark is not None else Location(path)


def find_spot(text: str, index: int) -> Spot:
    """The mark of a character of a text, by its index; an index past the end is the end."""
    before = text[:index]
    return Spot(before.count("\n"), len(before) - before.rfind("\n") - 1)


def cut(text: str, limit: int = 60) -> str:
    """A text short enough to stand in a message."""
    return text if len(text) <= limit else f"{text[:limit]}…"
