"""What was observed of the functions of a body, as typed values: all that a judgement rests on."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

# A path of the repository, a line, and the name of a function.
Place: TypeAlias = tuple[str, int, str]


class Returned(NamedTuple):
    """A value by its exact type and its text.

    `size` is its length, or that of its JSON for a mapping; `odd` is what is no string in a list, or no JSON.
    """

    type: str
    text: str
    size: int | None = None
    odd: str = ""
    mapping: bool = False


class Raised(NamedTuple):
    """An exception with the places of the repository's code it passed, outermost first."""

    type: str
    text: str
    frames: tuple[Place, ...] = ()


class UnknownMock(NamedTuple):
    """The case was not run: a mock names nothing in the body."""

    name: str


class MissingMatcher(NamedTuple):
    """The body has no function of that name."""

    name: str


class Read(NamedTuple):
    """A field that a function read in a traced run."""

    function: str
    path: tuple[str | int, ...]
    value: str
    found: bool


Observation: TypeAlias = Returned | Raised
Problem: TypeAlias = Raised | MissingMatcher


class CaseObservation(NamedTuple):
    """What the functions of a body did with one case."""

    matcher: Returned | Raised | UnknownMock
    functions: Mapping[str, Observation] = MappingProxyType({})
    reads: tuple[Read, ...] = ()
    output: str = ""
    seconds: float = 0.0


class Observed(NamedTuple):
    """All that was observed of one job; `ended` is why it stopped early, `hint` the next step then.

    `late` is where it was when its time was almost over.
    """

    problem: Problem | None = None
    output: str = ""
    cases: Mapping[int, CaseObservation] = MappingProxyType({})
    ended: str = ""
    hint: str = ""
    late: tuple[Place, ...] = ()
