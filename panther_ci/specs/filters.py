"""Which detections a run is limited to, by the fields of their specs."""

import re
import shlex
from collections.abc import Sequence
from typing import Final, NamedTuple

from panther_ci.errors import InputError
from panther_ci.model import Json, Spec
from panther_ci.specs.schemas import known_keys
from panther_ci.specs.schemas.wording import find_likely

TERM = re.compile(r"([A-Za-z]+)(!?=)([^=]+)", re.DOTALL)
# How people write a boolean; a deployment and its tools take any of these.
_SPELLINGS: Final = {
    True: frozenset({"true", "t", "yes", "y", "on", "1"}),
    False: frozenset({"false", "f", "no", "n", "off", "0"}),
}


class Term(NamedTuple):
    """One condition: the field `key` contains one of `values`, or none of them if `excluded`.

    Case makes no difference. An empty value is that of a field that a spec does not have.
    """

    key: str
    values: frozenset[str]
    excluded: bool

    def matches(self, spec: Spec) -> bool:
        """Whether a spec meets the condition."""
        return self.values.isdisjoint(_texts(spec, self.key)) is self.excluded


class Filter(NamedTuple):
    """All of its terms must match; without terms everything does."""

    terms: tuple[Term, ...] = ()

    def matches(self, spec: Spec) -> bool:
        """Whether a spec is wanted."""
        return all(term.matches(spec) for term in self.terms)


def parse_filter(text: str) -> Filter:
    """Read `Key=a,b Other!=c`; quotes keep blanks together. Raises `InputError` naming the bad term."""
    return Filter(tuple(_parse_term(word) for word in _split(text)))


def join_flags(words: Sequence[str]) -> str:
    """The text of a filter from the words of a command line, where a shell has removed the quotes already.

    A word is several conditions only if each part of it is one.
    """
    return " ".join(word if all(map(TERM.fullmatch, _split(word))) else shlex.quote(word) for word in words)


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise InputError(f"filter: {error}.", "Close the quote.") from None


def _parse_term(word: str) -> Term:
    match = TERM.fullmatch(word)
    if match is None:
        raise InputError(
            f"filter: {word!r} is not a condition.",
            "Write Key=value,value or Key!=value, such as Severity=High,Critical.",
        )
    key, sign, values = match.groups()
    known = known_keys()
    if key not in known:
        likely = find_likely(key, sorted(known))
        hint = f"Did you mean {likely}?" if likely else "Name a top-level key of specs, such as Severity."
        raise InputError(f"filter: {key} is not a key of a spec.", hint)
    return Term(key, frozenset(value.strip().casefold() for value in values.split(",")), sign == "!=")


def _texts(spec: Spec, key: str) -> frozenset[str]:
    """The values of a field, as a person may write them in a filter."""
    value = spec.fields.get(key, "")
    values = value if isinstance(value, list) else [value]
    return frozenset().union(*map(_spell, values))


def _spell(value: Json) -> frozenset[str]:
    if isinstance(value, bool):
        return _SPELLINGS[value]
    return frozenset({"" if value is None else str(value).casefold()})
