"""JSON -> plain values and their positions, without what other readers let pass: duplicate keys, NaN."""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from ..model import Json
from .drafts import DEEPEST, Draft, Spot, Spots, UnreadableError, find_spot
from .scalars import Oddity

_PIECE = re.compile(
    r"""[ \t\n\r]*(?:
        (?P<mark>[{}\[\],:])
      | (?P<text>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")
      | (?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![0-9A-Za-z_.+-])
      | (?P<word>-?[A-Za-z]+)
      | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_WORDS: Final[dict[str, Json]] = {"true": True, "false": False, "null": None}
_LONGEST_NUMBER: Final = 64
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class _Reader:
    """One reading of one file: `open` are the mappings and lists around the current place."""

    text: str
    draft: Draft
    starts: list[int]
    open: list[tuple[Any, Spots]] = field(default_factory=list)
    index: int = 0
    mark: Spot = field(default=Spot(0, 0))

    def read(self) -> Json:
        """The only value of the text."""
        kind, piece = self.next()
        if kind == "end":
            raise self.draft.refuse(
                "empty-file", "The file holds nothing.", None, "Write the spec, or delete the file."
            )
        self.draft.root = self.mark
        root: Json = self.value(kind, piece)
        while self.open:
            self.step(*self.open[-1])
        kind, _ = self.next()
        if kind != "end":
            raise self.refuse("something follows the end of the value")
        return root

    def step(self, node: Any, spots: Spots) -> None:
        """Read one entry of the innermost mapping or list, or its end."""
        closing = "}" if isinstance(node, dict) else "]"
        kind, piece = self.next()
        if piece == closing and kind == "mark":
            self.open.pop()
            return
        if spots:
            if (kind, piece) != ("mark", ","):
                raise self.refuse(f"`,` or `{closing}` is missing")
            kind, piece = self.next()
        if isinstance(node, list):
            spots[len(node)] = (self.mark, self.mark)
            node.append(self.value(kind, piece))
        else:
            self.entry(node, spots, kind, piece)

    def entry(self, node: dict[str, Any], spots: Spots, kind: str, piece: str) -> None:
        """Read a key, its colon and its value."""
        if kind != "text":
            raise self.refuse("a key in double quotes is missing")
        key, key_mark = self.decode(piece), self.mark
        if self.next() != ("mark", ":"):
            raise self.refuse("`:` is missing")
        if key in node:
            self.draft.report_duplicate(key, key_mark, spots)
        kind, piece = self.next()
        spots[key] = (key_mark, self.mark)
        node[key] = self.value(kind, piece)

    def value(self, kind: str, piece: str) -> Any:
        """A scalar, or a new mapping or list that is read by the steps that follow."""
        if kind == "text":
            return self.decode(piece)
        if kind == "number":
            return self.number(piece)
        if kind == "word" and piece in _WORDS:
            return _WORDS[piece]
        if kind == "word" and piece.lstrip("-") in ("NaN", "Infinity"):
            self.draft.note((), Oddity(piece, "not a number that JSON has", fatal=True), self.mark)
            return piece
        if kind != "mark" or piece not in "{[":
            raise self.refuse("a value is missing")
        if len(self.open) >= DEEPEST:
            raise self.draft.refuse_depth(self.mark)
        node: Any = {} if piece == "{" else []
        self.open.append((node, self.draft.places.setdefault(id(node), {})))
        return node

    def number(self, piece: str) -> Json:
        """A number that 64 bits hold well enough; others are reported."""
        if len(piece) > _LONGEST_NUMBER:
            self.draft.note(
                (), Oddity(f"{piece[:20]}…", f"a number of {len(piece)} characters", fatal=True), self.mark
            )
            return piece
        value = json.loads(piece)
        if value in (float("inf"), float("-inf")):
            self.draft.note((), Oddity(piece, "infinity", fatal=True), self.mark)
            return piece
        return value  # type: ignore[no-any-return]

    def decode(self, piece: str) -> str:
        """The text of a quoted piece; half a surrogate pair is reported."""
        text = str(json.loads(piece))
        if _SURROGATE.search(text):
            hint = "Write both halves of the pair, or the character itself."
            self.draft.report("encoding", "A `\\u` escape is half of a character here.", self.mark, hint)
            return _SURROGATE.sub("\ufffd", text)
        return text

    def next(self) -> tuple[str, str]:
        """The kind and text of the next piece; `mark` becomes its place."""
        match = _PIECE.match(self.text, self.index)
        if match is None:
            self.index += len(self.text[self.index :]) - len(self.text[self.index :].lstrip(" \t\n\r"))
            self.locate(self.index)
            raise self.refuse("no value, key or sign can begin like this")
        kind = str(match.lastgroup)
        self.locate(match.start(kind))
        self.index = match.end()
        return kind, match[kind]

    def locate(self, index: int) -> None:
        """Remember the line and column of a character."""
        line = bisect_right(self.starts, index) - 1
        self.mark = Spot(line, index - self.starts[line])

    def refuse(self, problem: str) -> UnreadableError:
        """The exception for text that isn't JSON."""
        hint = "JSON has no comments, no single quotes and no comma after the last entry."
        return self.draft.refuse("json-syntax", f"This is not JSON: {problem}.", self.mark, hint)


def read_json(data: bytes, draft: Draft) -> Json:
    """The value of a JSON file, or None after a finding says why there is none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        spot = find_spot(data[: error.start].decode("utf-8", "replace"), error.start)
        draft.report("encoding", "The file is not UTF-8 from here on.", spot, "Save it as UTF-8.")
        return None
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    try:
        return _Reader(text, draft, starts).read()
    except UnreadableError:
        return None
