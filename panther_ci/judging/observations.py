"""What was observed of the functions of a body, as typed values: all that a judgement is based on."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from panther_ci.model import FieldRead, Step
from panther_ci.model.reasons import Ending

# A path of the repository, a line, and the name of a function.
Place: TypeAlias = tuple[str, int, str]


class Returned(NamedTuple):
    """A value by its exact type and its text.

    `size` is its length, or that of its JSON for a mapping; 0 if it has none. `odd` is the type of a value
    in a list that is not a string, or says why a mapping is not JSON. `items` are the first strings of a
    list.
    """

    type: str
    text: str
    size: int = 0
    odd: str = ""
    mapping: bool = False
    items: tuple[str, ...] = ()


class Raised(NamedTuple):
    """An exception with the places of the repository's code it went through, outermost first.

    With `network`, it came from an attempt to use the network.
    """

    type: str
    text: str
    frames: tuple[Place, ...] = ()
    network: bool = False


class UnknownMock(NamedTuple):
    """The case was not run: a mock of this name names nothing in the body."""

    name: str


class Undecided(NamedTuple):
    """A condition of the detection, or of its filters, can't be decided; `keys` lead to it in the spec."""

    keys: tuple[str | int, ...]
    text: str


class MissingMatcher(NamedTuple):
    """The body has no function of that name."""

    name: str


Observation: TypeAlias = Returned | Raised
Problem: TypeAlias = Raised | MissingMatcher


class CaseObservation(NamedTuple):
    """What the functions of a body did with one case; `idle` are mocks of constants that nothing called.

    `lines` are those of the body at which its functions returned, as far as the process says. `steps` are the
    conditions of a declared detection, or those of the filters that refused the event: then it is `filtered`.
    """

    matcher: Returned | Raised | UnknownMock | Undecided
    functions: Mapping[str, Observation] = MappingProxyType({})
    reads: tuple[FieldRead, ...] = ()
    output: str = ""
    seconds: float = 0.0
    idle: tuple[str, ...] = ()
    lines: Mapping[str, int] = MappingProxyType({})
    steps: tuple[Step, ...] = ()
    filtered: bool = False


class Observed(NamedTuple):
    """All that was observed of one job.

    `problem` is why the body could not be loaded, `ended` why the process stopped early, and `late` where
    it was when its time was almost over. The cases are the first ones of the job: if the body was `imported`,
    the next one was under way when the process stopped.
    """

    problem: Problem | None = None
    output: str = ""
    cases: Mapping[int, CaseObservation] = MappingProxyType({})
    ended: Ending | None = None
    late: tuple[Place, ...] = ()
    imported: bool = True
