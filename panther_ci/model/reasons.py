"""Why a case, or a detection without cases, did not simply pass: as data, for reporters to put into words.

Texts may come from hostile bodies: they are bounded, but not made harmless. What a reason is about
(`body`, `function`) is named in it, so that it can be worded alone.
"""

from enum import Enum, auto
from typing import Literal, NamedTuple, TypeAlias

from panther_ci.model.locations import Location


class Value(NamedTuple):
    """What a function returned: its exact type and its text."""

    type: str
    text: str


class BodyError(NamedTuple):
    """An exception of a body, or where it was when it was stopped.

    `location` is the line of the repository's code that it came from, and `traceback` the lines that led
    there. With `refused`, the confinement did not allow what the body tried; with `network`, it tried to use
    the network.
    """

    type: str
    text: str
    location: Location | None = None
    traceback: str = ""
    refused: bool = False
    network: bool = False


# What the matcher did ------------------------------------------------------------------------------


class WrongVerdict(NamedTuple):
    """The matcher returned the wrong one of True and False.

    `idle_mocks` are the constants that the case mocks in vain: a mock has an effect only where it is called.
    """

    function: str
    expected: bool
    answer: bool
    idle_mocks: tuple[str, ...] = ()


class ConditionsDiffer(NamedTuple):
    """The conditions of a detection without a body hold where they should not, or the other way round."""

    expected: bool


class Refused(Enum):
    """What keeps the event of a case that expects an alert from the detection: filters of the rule."""

    BY_FILTERS = auto()


class ConditionUndecided(NamedTuple):
    """A condition of the detection, or of its filters, can't be decided on the event: `text` says why.

    `keys` lead to it in the spec, and `location` is its place, where known.
    """

    keys: tuple[str | int, ...]
    text: str
    location: Location | None = None


class NotABoolean(NamedTuple):
    """The matcher returned neither True nor False."""

    function: str
    value: Value


class FunctionRaised(NamedTuple):
    """The matcher raised."""

    function: str
    error: BodyError


# What the functions did that an alert is made of -----------------------------------------------------


class WrongType(NamedTuple):
    """The function returned something else than the wanted type."""

    value: Value
    wanted: Literal["str", "list", "dict"]


class UnknownSeverity(NamedTuple):
    """The function returned none of the known severities."""

    value: Value
    known: tuple[str, ...]


class WrongDestination(NamedTuple):
    """The list of destinations has a value of this type, which is not a string."""

    type: str


class TooManyDestinations(NamedTuple):
    """The list of destinations is longer than an alert allows."""

    number: int
    limit: int


class UnknownDestination(NamedTuple):
    """The list has a destination that is none of those that the deployment has."""

    name: str
    known: tuple[str, ...]


class DestinationsDiffer(NamedTuple):
    """The function returned other destinations than the case expects; None if it returned None."""

    expected: tuple[str, ...]
    answer: tuple[str, ...] | None


class NoDestinations(NamedTuple):
    """The case expects destinations, and the body has no function that returns some."""

    expected: tuple[str, ...]


class NotJson(NamedTuple):
    """The dictionary can't be written as JSON; `problem` is what Python's encoder says."""

    problem: str


class TooLarge(NamedTuple):
    """The JSON of the dictionary has more bytes than an alert allows."""

    size: int
    limit: int


FunctionProblem: TypeAlias = (
    BodyError
    | WrongType
    | UnknownSeverity
    | WrongDestination
    | TooManyDestinations
    | UnknownDestination
    | DestinationsDiffer
    | NoDestinations
    | NotJson
    | TooLarge
)


class AlertFunction(NamedTuple):
    """A function whose answer no alert can be made of: the exception it raised, or what it returned."""

    function: str
    problem: FunctionProblem


class AlertFunctionsWrong(NamedTuple):
    """The matcher is right, but no alert can be made; never without a problem."""

    problems: tuple[AlertFunction, ...]


# What kept a case from running -----------------------------------------------------------------------


class MockUnknown(NamedTuple):
    """A mock of the case names nothing in the body."""

    name: str
    body: str


class BodyNotLoaded(NamedTuple):
    """The body raised when it was imported."""

    body: str
    error: BodyError


class MatcherMissing(NamedTuple):
    """The body has no function of that name."""

    body: str
    function: str


class TimedOut(NamedTuple):
    """The detection ran longer than this."""

    seconds: float


class ProcessEnded(NamedTuple):
    """The process ended early, with this exit code; a negative one is the signal that killed it."""

    exit_code: int


class MalformedMessage(NamedTuple):
    """The process wrote something into its result pipe that is no message; `problem` is our own text."""

    problem: str


class NoResult(Enum):
    """Other causes: the process did not end after its last result, an event can't be sent, the process and
    the one that tried again died with their parent, and none that is known."""

    STILL_RUNNING = auto()
    EVENT_NOT_JSON = auto()
    DIED_TWICE = auto()
    UNKNOWN = auto()


# How a process stops in the middle of something.
Stop: TypeAlias = TimedOut | ProcessEnded | MalformedMessage
Ending: TypeAlias = Stop | NoResult


class Unfinished(NamedTuple):
    """The process gave no result for the case; `error` is where it was when its time was almost over.

    With `importing`, it stopped before this body was imported.
    """

    ending: Ending
    error: BodyError | None = None
    importing: str = ""


class NotReached(NamedTuple):
    """The process stopped in an earlier case, the one of this name, which is to blame."""

    case: str
    ending: Stop


class NotRun(Enum):
    """What was never started: a case, or the body of a detection without cases."""

    CASE = auto()
    BODY = auto()


# What is not meant to run ----------------------------------------------------------------------------


class Skip(Enum):
    """The cases are not run: the detection is disabled, or has none of the names that are asked for."""

    DISABLED = auto()
    OTHER_CASES = auto()


class NotDecidedHere(NamedTuple):
    """The detection, or its filters, have something that only a deployment decides: `problem` says what."""

    problem: str
    location: Location | None = None


class BaseElsewhere(NamedTuple):
    """The base of a derived detection is not in the repository, so there is no body to run."""

    base: str


SkipReason: TypeAlias = Skip | NotDecidedHere | BaseElsewhere


# What is only a warning ------------------------------------------------------------------------------


class StringCut(NamedTuple):
    """A function returned a string that is longer than what a deployment keeps."""

    function: str
    size: int
    limit: int


Reason: TypeAlias = (
    WrongVerdict
    | ConditionsDiffer
    | Refused
    | ConditionUndecided
    | NotABoolean
    | FunctionRaised
    | AlertFunctionsWrong
    | MockUnknown
    | BodyNotLoaded
    | MatcherMissing
    | Unfinished
    | NotReached
    | NotRun
    | SkipReason
    | StringCut
)


def error_of(reason: Reason | None) -> BodyError | None:
    """The (first) exception of the body, or where the body was when it was stopped."""
    if isinstance(reason, FunctionRaised | BodyNotLoaded | Unfinished):
        return reason.error
    if isinstance(reason, AlertFunctionsWrong):
        problems = (each.problem for each in reason.problems)
        return next((problem for problem in problems if isinstance(problem, BodyError)), None)
    return None
