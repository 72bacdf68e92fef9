"""JSON -> plain values and their positions; refuses what other readers accept: duplicate keys, NaN."""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from panther_ci.catalogue import CheckId
from panther_ci.model import Json
from panther_ci.specs.reading.document import (
    DEEPEST,
    DocumentBuilder,
    Mark,
    Spot,
    Spots,
    UnreadableError,
    find_spot,
)
from panther_ci.specs.reading.scalars import LONGEST_NUMBER, SuspiciousScalar, describe_length

_PIECE = re.compile(
    r"""[ \t\n\r]*(?:
        ("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")
      | ([{}\[\],:])
      | (-?(?:0|[1-9][0-9]*+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![0-9A-Za-z_.+-])
      | (-?[A-Za-z]+)
      | (\Z)
    )""",
    re.VERBOSE,
)
_TEXT, _SIGN, _NUMBER, _WORD, _END = range(1, 6)
_BLANKS = re.compile(r"[ \t\n\r]*")
_WORDS: Final[dict[str, Json]] = {"true": True, "false": False, "null": None}
_SURROGATE = re.compile("[\ud800-\udfff]")


class _Offset:
    """A mark that finds its line only when it is asked for."""

    __slots__ = ("index", "starts")

    def __init__(self, starts: list[int], index: int) -> None:
        self.starts = starts
        self.index = index

    @property
    def line(self) -> int:
        """Lines before this one."""
        return bisect_right(self.starts, self.index) - 1

    @property
    def column(self) -> int:
        """Characters before this one in its line."""
        return self.index - self.starts[self.line]


@dataclass(slots=True)
class _Reader:
    """One reading of one file: `open` are the mappings and lists around the current place."""

    text: str
    builder: DocumentBuilder
    starts: list[int]
    open: list[tuple[Any, Spots]] = field(default_factory=list)
    index: int = 0
    start: int = 0

    def read(self) -> Json:
        """The only value of the text."""
        kind, piece = self.next()
        if kind == _END:
            hint = "Write the spec, or delete the file."
            raise self.builder.refuse(CheckId.EMPTY_FILE, "The file is empty.", None, hint)
        self.builder.root = self.mark()
        root: Json = self.value(kind, piece)
        while self.open:
            self.step(*self.open[-1])
        if self.next()[0] != _END:
            raise self.refuse("something follows the end of the value")
        return root

    def step(self, node: Any, spots: Spots) -> None:
        """Read one entry of the innermost mapping or list, or its end."""
        closing = "}" if node.__class__ is dict else "]"
        kind, piece = self.next()
        if piece == closing:
            self.open.pop()
            return
        if spots:
            if piece != ",":
                raise self.refuse(f"`,` or `{closing}` is missing")
            kind, piece = self.next()
        if node.__class__ is dict:
            self.entry(node, spots, kind, piece)
        else:
            mark = self.mark()
            spots[len(node)] = (mark, mark)
            node.append(self.value(kind, piece))

    def entry(self, node: dict[str, Any], spots: Spots, kind: int, piece: str) -> None:
        """Read a key, its colon and its value."""
        if kind != _TEXT:
            raise self.refuse("a key in double quotes is missing")
        key, key_mark = self.decode(piece), self.mark()
        if self.next()[1] != ":":
            raise self.refuse("`:` is missing")
        if key in node:
            self.builder.report_duplicate(key, key_mark, spots)
        kind, piece = self.next()
        spots[key] = (key_mark, self.mark())
        node[key] = self.decode(piece) if kind == _TEXT else self.value(kind, piece)

    def value(self, kind: int, piece: str) -> Any:
        """A scalar, or a new mapping or list that is read by the steps that follow."""
        if kind == _TEXT:
            return self.decode(piece)
        if kind == _NUMBER:
            return self.number(piece)
        if kind == _WORD and piece in _WORDS:
            return _WORDS[piece]
        if kind == _WORD and piece.lstrip("-") in ("NaN", "Infinity"):
            self.builder.note((), SuspiciousScalar(piece, "not a number in JSON", fatal=True), self.mark())
            return piece
        if piece not in ("{", "["):
            raise self.refuse("a value is missing")
        if len(self.open) >= DEEPEST:
            raise self.builder.refuse_depth(self.mark())
        node: Any = {} if piece == "{" else []
        self.open.append((node, self.builder.places.setdefault(id(node), {})))
        return node

    def number(self, piece: str) -> Json:
        """A number; one that is too long or infinite is reported."""
        if len(piece) > LONGEST_NUMBER:
            self.builder.note((), describe_length(piece), self.mark())
            return piece
        value: Json = json.loads(piece)
        if value in (float("inf"), float("-inf")):
            self.builder.note((), SuspiciousScalar(piece, "infinity", fatal=True), self.mark())
            return piece
        return value

    def decode(self, piece: str) -> str:
        """The text of a quoted piece; half a surrogate pair is reported."""
        if "\\" not in piece:
            return piece[1:-1]
        text = str(json.loads(piece))
        if _SURROGATE.search(text):
            hint = "Write both halves of the pair, or the character itself."
            message = "A `\\u` escape is half of a character here."
            self.builder.report(CheckId.ENCODING, message, self.mark(), hint)
            return _SURROGATE.sub("\ufffd", text)
        return text

    def next(self) -> tuple[int, str]:
        """The kind and text of the next piece; `start` becomes its place."""
        match = _PIECE.match(self.text, self.index)
        if match is None:
            blanks = _BLANKS.match(self.text, self.index)
            self.start = blanks.end() if blanks else self.index
            raise self.refuse("no value, key or sign begins like this")
        kind = match.lastindex or _END
        self.start = match.start(kind)
        self.index = match.end()
        return kind, match[kind]

    def mark(self) -> Mark:
        """The place of the current piece."""
        return _Offset(self.starts, self.start)

    def refuse(self, problem: str) -> UnreadableError:
        """The exception for text that isn't JSON."""
        hint = "JSON has no comments, no single quotes and no comma after the last entry."
        return self.builder.refuse(CheckId.JSON_SYNTAX, f"This is not JSON: {problem}.", self.mark(), hint)


def read_json(data: bytes, builder: DocumentBuilder) -> Json:
    """The value of a JSON file, or None after a finding says why there is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        spot: Spot = find_spot(before, len(before))
        builder.report(CheckId.ENCODING, "The file is not UTF-8 from here on.", spot, "Save it as UTF-8.")
        return None
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    try:
        return _Reader(text, builder, starts).read()
    except UnreadableError:
        return None
