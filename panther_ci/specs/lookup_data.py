"""The rows of a lookup table in a file: CSV with a header, or a JSON object on each line.

The content is hostile: what is read is at most one file of those the repository may have, and what is
told of it ends after a few faults.
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from panther_ci.deployment_rules.uploads import DATA_SUFFIXES
from panther_ci.kinds import Body
from panther_ci.model import Json, Spec
from panther_ci.specs.reading.document import MOST_PROBLEMS

# What the csv module says of a quote without its other one.
_NO_END: Final = "unexpected end of data"


class Repeated(NamedTuple):
    """A value of the primary key on a line, and the first line that has it."""

    line: int
    value: str
    first: int


class Table(NamedTuple):
    """The names of the columns, and what is wrong with the rows: each with a line of the file, from 1.

    `faults` are lines that can't be read, `lacking` those without the primary key; of each kind, a few.
    """

    columns: frozenset[str]
    faults: tuple[tuple[int, str], ...] = ()
    lacking: tuple[int, ...] = ()
    repeated: tuple[Repeated, ...] = ()


class _BadLineError(Exception):
    """A line that can't be read, and why."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(line, message)
        self.line = line
        self.message = message


def has_data(spec: Spec) -> bool:
    """Whether a spec is a lookup table that names a file of rows."""
    return spec.type.kind.body is Body.DATA and (spec.body or "").lower().endswith(DATA_SUFFIXES)


def read_table(path: str, data: bytes, key: str) -> Table:
    """The table in a file, whose suffix says what it is, up to the first line that can't be read."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Table(frozenset(), ((data.count(b"\n", 0, error.start) + 1, "This is not UTF-8."),))
    read = _read_csv if path.lower().endswith(".csv") else _read_objects
    columns: set[str] = set()
    keys = _Keys(key)
    faults: tuple[tuple[int, str], ...] = ()
    try:
        for line, row in read(text, columns):
            keys.add(line, row)
    except _BadLineError as error:
        faults = ((error.line, error.message),)
    return Table(frozenset(columns), faults, tuple(keys.lacking), tuple(keys.repeated))


class _Keys:
    """The values of the primary key so far."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.first: dict[str, int] = {}
        self.lacking: list[int] = []
        self.repeated: list[Repeated] = []

    def add(self, line: int, row: Mapping[str, Json]) -> None:
        """Take a row."""
        value = row.get(self.key)
        if value is None or value == "":
            self.lacking += [line] if len(self.lacking) <= MOST_PROBLEMS else []
            return
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        if text in self.first and len(self.repeated) <= MOST_PROBLEMS:
            self.repeated.append(Repeated(line, text, self.first[text]))
        self.first.setdefault(text, line)


def _read_csv(text: str, columns: set[str]) -> Iterator[tuple[int, Mapping[str, Json]]]:
    """The rows below the header; a value that a row lacks is left out."""
    rows = _read_rows(text)
    first = next(rows, None)
    if first is None:
        raise _BadLineError(1, "The first line has to name the columns.")
    header = first[1]
    columns.update(header)
    for line, row in rows:
        yield line, dict(zip(header, row, strict=False))


def _read_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines of CSV that are not empty, each with the number of the last one of its row."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begun = 1
    try:
        for row in reader:
            if row:
                yield reader.line_num, row
            begun = reader.line_num + 1
    except csv.Error as error:
        if str(error) == _NO_END:
            raise _BadLineError(begun, "This is not CSV: a quoted value of this row does not end.") from None
        raise _BadLineError(reader.line_num, f"This is not CSV: {error}.") from None


def _read_objects(text: str, columns: set[str]) -> Iterator[tuple[int, Mapping[str, Json]]]:
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            row = json.loads(written)
        except (ValueError, RecursionError):
            raise _BadLineError(line, "This line is not JSON.") from None
        if not isinstance(row, dict):
            raise _BadLineError(line, "A line has to be a JSON object, in braces.")
        columns.update(row)
        yield line, row
