"""Finds f-strings that would keep Python's parser busy for long.

CPython 3.11 looks for every expression of an f-string from the beginning of its text
(`fstring_find_expr_location` in `Parser/string_parser.c`), so the time grows with the product of both: half
a megabyte takes most of a minute. All else that was tried takes a second at most.
"""

import re
from typing import Final, NamedTuple

# Characters times expressions; this many take about a third of a second.
_MOST_WORK: Final = 1_000_000_000
# Every alternative matches once it has begun, so that a search never goes over the same text twice.
_TEXT = re.compile(
    rb"#[^\n]*+"
    rb"|'''(?:[^'\\]++|\\.?|'(?!''))*+(?:''')?"
    rb'|"""(?:[^"\\]++|\\.?|"(?!""))*+(?:""")?'
    rb"|'(?:[^'\\\n]++|\\.?)*+'?"
    rb'|"(?:[^"\\\n]++|\\.?)*+"?',
    re.DOTALL,
)
_PREFIX = re.compile(rb"(?:\A|[^A-Za-z0-9_])(?:f|rf|fr)\Z", re.IGNORECASE)
_LONGEST_PREFIX: Final = 3


class FString(NamedTuple):
    """An f-string by where it begins, with the number of its characters and expressions."""

    start: int
    length: int
    expressions: int


def find_endless(data: bytes) -> FString | None:
    """The f-string that takes longest, if all of a Python file together take too long."""
    if len(data) * data.count(b"{") <= _MOST_WORK:
        return None
    found = [_measure(data, match) for match in _TEXT.finditer(data) if _is_f_string(data, match.start())]
    if sum(map(_work, found)) <= _MOST_WORK:
        return None
    return max(found, key=_work)


def _is_f_string(data: bytes, start: int) -> bool:
    return _PREFIX.search(data[max(0, start - _LONGEST_PREFIX) : start]) is not None


def _measure(data: bytes, match: re.Match[bytes]) -> FString:
    start, end = match.span()
    expressions = data.count(b"{", start, end) - 2 * data.count(b"{{", start, end)
    return FString(start, end - start, expressions)


def _work(text: FString) -> int:
    return text.length * text.expressions
