"""Where the characters of a text are in the YAML or JSON file that has it."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from panther_ci.model import Location

_SEEN: Final = re.compile(r"\S")
# One character as each notation writes it.
_UNITS: Final = {
    "'": re.compile(r"''|\S"),
    '"': re.compile(r"\\(?:u[dD][89abAB]..\\u.{4}|x..|u.{4}|U.{8}|\r?\n|.)|\S"),
}
# The escapes of YAML that stand for a blank or a line break, by https://yaml.org/spec/1.1/#id872840
_BLANK_ESCAPES: Final = frozenset("\t\r\n ntvfr_NLP")
_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)*")
_HEADER: Final = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?(?=[\r\n])")
_YAML_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_JSON_BREAK: Final = re.compile("\n")


@dataclass(frozen=True)
class TextPlaces:
    """The places of the characters of a `value` that begins at `start` in a file.

    Notations fold, indent and escape a text, but all its characters that are not blank are there in their
    order. So they are counted, and compared as far as they are written plainly.
    """

    data: bytes
    start: Location
    value: str

    def locate(self, index: int) -> Location:
        """The place of a character; the start of the value where it isn't known."""
        number = bisect_left(self._seen, index)
        if number >= len(self._offsets):
            return self.start
        offset = self._offsets[number]
        line = bisect_right(self._lines, offset)
        return Location(self.start.path, line, offset - self._lines[line - 1] + 1)

    @cached_property
    def _text(self) -> str:
        return self.data.decode("utf-8-sig", "replace")

    @cached_property
    def _lines(self) -> Sequence[int]:
        """Where each line of the file begins."""
        breaks = _JSON_BREAK if self.start.path.endswith(".json") else _YAML_BREAK
        return [0, *(each.end() for each in breaks.finditer(self._text))]

    @cached_property
    def _seen(self) -> Sequence[int]:
        """The characters of the value that aren't blank."""
        return [each.start() for each in _SEEN.finditer(self.value)]

    @cached_property
    def _offsets(self) -> Sequence[int]:
        """Where these are in the file, as far as that is sure."""
        line, column = self.start.line or 1, self.start.column or 1
        if line > len(self._lines):
            return []
        begin = self._lines[line - 1] + column - 1
        begin = match.end() if (match := _PROPERTIES.match(self._text, begin)) else begin
        quote = self._text[begin : begin + 1]
        header = _HEADER.match(self._text, begin)
        found = list[int]()
        units = _read_units(self._text, header.end() if header else begin + (quote in _UNITS), quote)
        for (offset, character), index in zip(units, self._seen, strict=False):
            if character not in ("", self.value[index]):
                break
            found.append(offset)
        return found


def _read_units(text: str, begin: int, quote: str) -> Iterator[tuple[int, str]]:
    """Where each character that isn't blank is written from some place on; an escape has no known one."""
    for unit in _UNITS.get(quote, _SEEN).finditer(text, begin):
        written = unit[0]
        if written[0] != "\\" or len(written) == 1:
            yield unit.start(), written[0]
        elif not _is_blank(written):
            yield unit.start(), ""


def _is_blank(escape: str) -> bool:
    code = escape[2:]
    if not code or escape[1] not in "xuU":
        return escape[1] in _BLANK_ESCAPES
    try:
        return chr(int(code, 16)).isspace()
    except (ValueError, OverflowError):
        return False
