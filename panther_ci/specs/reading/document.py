"""What a reader of YAML or JSON returns: values, where they are, and what is wrong with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Json, Location
from panther_ci.specs.reading.scalars import SuspiciousScalar

Key: TypeAlias = "str | int"
Keys: TypeAlias = "tuple[Key, ...]"

DEEPEST: Final = 64
MOST_EXPANDED: Final = 4 * 1024 * 1024
# Of one kind in one file: how many findings a report shows.
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
    """A mark that is computed from a text."""

    line: int
    column: int


Spots: TypeAlias = "dict[Any, tuple[Mark, Mark]]"


class UnreadableError(Exception):
    """The rest of the file is not read; a finding already says why."""


class SuspiciousValue(NamedTuple):
    """A suspicious scalar and where it is: the keys that lead to it, and its location."""

    keys: Keys
    suspicious: SuspiciousScalar
    location: Location


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """A file as plain values; `findings` says what is wrong with it as YAML or JSON.

    `value` is None when the file could not be read to its end. `odd` are values that are valid, but
    probably not meant. `places` maps the identity of a mapping or list to the marks of keys and values.
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
        """Where the last of these keys itself is."""
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
    """What a reader has found so far."""

    path: str
    findings: list[Finding] = field(default_factory=list)
    odd: list[SuspiciousValue] = field(default_factory=list)
    places: dict[int, Spots] = field(default_factory=dict)
    root: Mark | None = None

    def report(self, check: CheckId, message: str, mark: Mark | None, hint: str) -> None:
        """Add a finding."""
        self.findings.append(Finding.of(check, message, locate_mark(self.path, mark), hint))

    def refuse(self, check: CheckId, message: str, mark: Mark | None, hint: str) -> UnreadableError:
        """The exception to raise after a finding that ends the reading."""
        self.report(check, message, mark, hint)
        return UnreadableError(message)

    def refuse_depth(self, mark: Mark) -> UnreadableError:
        """The exception for a file that nests too deeply."""
        hint = f"Real events nest less than ten levels; at most {DEEPEST} are read."
        message = f"The file nests more than {DEEPEST} levels deep here."
        return self.refuse(CheckId.NESTING_LIMIT, message, mark, hint)

    def report_duplicate(self, key: Any, mark: Mark, spots: Spots) -> None:
        """Add the finding of a key that is twice in one mapping."""
        line = spots[key][0].line + 1
        hint = f"Keep one of the two: most readers silently drop the one on line {line}."
        message = f"The key `{cut(str(key))}` is here and on line {line}."
        self.report(CheckId.DUPLICATE_KEY, message, mark, hint)

    def note(self, keys: Keys, suspicious: SuspiciousScalar, mark: Mark) -> None:
        """Keep a value that was probably not meant; one that JSON does not have is an error."""
        if suspicious.fatal:
            hint = "Put it into quotes if it is text; events are JSON, which has no such number."
            self.report(CheckId.NOT_JSON, f"`{suspicious.text}` is {suspicious.reading}.", mark, hint)
        else:
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
    """A text short enough for a message."""
    return text if len(text) <= limit else f"{text[:limit]}…"
