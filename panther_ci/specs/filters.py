"""Which detections a run is limited to, by the fields of their specs."""

import re
import shlex
from typing import NamedTuple

from panther_ci.errors import InputError
from panther_ci.model import Spec
from panther_ci.specs.schemas import known_keys
from panther_ci.specs.schemas.wording import find_likely

TERM = re.compile(r"([A-Za-z]+)(!?=)(.+)", re.DOTALL)


class Term(NamedTuple):
    """One condition: the field `key` contains one of `values`, or none of them if `excluded`."""

    key: str
    values: frozenset[str]
    excluded: bool

    def matches(self, spec: Spec) -> bool:
        """Whether a spec meets the condition; a field that it does not have is empty."""
        return self.values.isdisjoint(_texts(spec, self.key)) is self.excluded


class Filter(NamedTuple):
    """All of its terms must match; without terms everything does."""

    terms: tuple[Term, ...] = ()

    def matches(self, spec: Spec) -> bool:
        """Whether a spec is wanted."""
        return all(term.matches(spec) for term in self.terms)


def parse_filter(text: str) -> Filter:
    """Read `Key=a,b Other!=c`; quotes keep blanks together. Raises `InputError` naming the bad term."""
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise InputError(f"filter: {error}.", "Close the quote.") from None
    return Filter(tuple(_parse_term(word) for word in words))


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
    return Term(key, frozenset(value.strip() for value in values.split(",")), sign == "!=")


def _texts(spec: Spec, key: str) -> frozenset[str]:
    """The values of a field, as a person would write them in a filter."""
    value = spec.fields.get(key)
    values = value if isinstance(value, list) else [] if value is None else [value]
    return frozenset(str(item).lower() if isinstance(item, bool) else str(item) for item in values)
