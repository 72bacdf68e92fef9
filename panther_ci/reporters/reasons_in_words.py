"""Puts each reason into words, once, for all reports.

The words may quote text of bodies: each report makes them harmless.
"""

import re
import signal
from typing import NamedTuple, assert_never

from panther_ci.kinds import POLICY, RULE
from panther_ci.model.reasons import (
    AlertFunction,
    AlertFunctionsWrong,
    BaseElsewhere,
    BodyError,
    BodyNotLoaded,
    ConditionsDiffer,
    ConditionUndecided,
    DestinationsDiffer,
    Ending,
    FunctionRaised,
    MalformedMessage,
    MatcherMissing,
    MockUnknown,
    NoDestinations,
    NoResult,
    NotABoolean,
    NotDecidedHere,
    NotJson,
    NotReached,
    NotRun,
    ProcessEnded,
    Reason,
    Refused,
    Skip,
    SkipReason,
    Stop,
    StringCut,
    TimedOut,
    TooLarge,
    TooManyDestinations,
    Unfinished,
    UnknownDestination,
    UnknownSeverity,
    Value,
    WrongDestination,
    WrongType,
    WrongVerdict,
    error_of,
)

# A message quotes this much of a text.
BRIEF = 200
# The address in the text of an object differs from run to run.
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_WANTED = {"str": "a string", "list": "a list of destinations", "dict": "a dictionary"}
_VERDICTS = {True: "an alert", False: "no alert"}
_COMPLIANCE = {True: "compliant", False: "not compliant"}


class Words(NamedTuple):
    """A reason as a sentence, and the next step."""

    message: str
    hint: str = ""


def words_of(reason: Reason) -> Words:
    """The words of a reason."""
    match reason:
        case WrongVerdict() | NotABoolean() | FunctionRaised() | AlertFunctionsWrong():
            return _answer(reason)
        case ConditionsDiffer() | Refused() | ConditionUndecided():
            return _conditions(reason)
        case MockUnknown() | BodyNotLoaded() | MatcherMissing() | NotRun():
            return _obstacle(reason)
        case Unfinished(ending, error, importing):
            words = _importing(ending, importing) if importing else _ending(ending)
            where = f"; it was at {error.location}" if error and error.location else ""
            return words._replace(message=f"{words.message}{where}")
        case NotReached(name, ending):
            return Words(f"not run: {_blame(f'`{_brief(name)}`', ending)}")
        case Skip() | NotDecidedHere() | BaseElsewhere():
            return Words(_skip(reason))
        case StringCut(function, size, limit):
            message = f"{function}() returned {size} characters; a deployment keeps {limit}"
            return Words(message, f"shorten what {function}() returns")
        case _:
            assert_never(reason)


def _answer(reason: WrongVerdict | NotABoolean | FunctionRaised | AlertFunctionsWrong) -> Words:
    match reason:
        case WrongVerdict(function, expected, answer, idle):
            wanted = (_COMPLIANCE if function == POLICY.function else _VERDICTS)[expected]
            message = f"expected {wanted}, but {function}() returned {answer}"
            return Words(message, _advise_mocks(idle))
        case NotABoolean(function, value):
            shown = _show(value)
            hint = f"wrap the answer in bool(...), or make every path of {function}() return True or False"
            return Words(f"{function}() returned {shown}, not True or False", hint)
        case FunctionRaised(function, error):
            return Words(f"{function}() raised {_in_short(error)}", _advise(error))
        case AlertFunctionsWrong(problems):
            return Words("; ".join(map(_alert_function, problems)), _advise(error_of(reason)))
        case _:
            assert_never(reason)


def _conditions(reason: ConditionsDiffer | Refused | ConditionUndecided) -> Words:
    match reason:
        case ConditionsDiffer(expected):
            told = "not all conditions hold" if expected else "all conditions hold"
            return Words(f"expected {_VERDICTS[expected]}, but {told}")
        case Refused.BY_FILTERS:
            return Words(f"expected {_VERDICTS[True]}, but `InlineFilters` refuse the event")
        case ConditionUndecided(_, text):
            hint = "put a condition before it that such events do not meet, or fix the event"
            return Words(f"a condition can't be decided: {text}", hint)
        case _:
            assert_never(reason)


def _obstacle(reason: MockUnknown | BodyNotLoaded | MatcherMissing | NotRun) -> Words:
    match reason:
        case MockUnknown(name, body):
            hint = "a mock replaces a name that the body defines, imports or takes from Python's builtins"
            return Words(f"the mock {_brief(repr(name))} names nothing in {body}", hint)
        case BodyNotLoaded(body, error):
            return Words(f"importing {body} raised {_in_short(error)}", _advise_import(error))
        case MatcherMissing(body, function):
            argument = (POLICY if function == POLICY.function else RULE).argument
            hint = f"define `def {function}({argument}):` that returns True or False"
            return Words(f"{body} has no function {function}()", hint)
        case NotRun.CASE:
            return Words("The case was not run.", "Fix the findings of this detection first.")
        case NotRun.BODY:
            return Words("The body was never loaded.", "Run it again.")
        case _:
            assert_never(reason)


def _alert_function(wrong: AlertFunction) -> str:
    name, problem = wrong
    match problem:
        case BodyError():
            return f"{name}() raised {_in_short(problem)}"
        case WrongType(value, wanted):
            return f"{name}() returned {_show(value)}, not {_WANTED[wanted]}"
        case UnknownSeverity(value, known):
            return f"{name}() returned {_show(value)}, not one of {', '.join(known)}"
        case WrongDestination(kind):
            return f"{name}() returned a list with a value of type {kind}, not only strings"
        case TooManyDestinations(number, limit):
            return f"{name}() returned {number} destinations; an alert takes at most {limit}"
        case UnknownDestination(destination, known):
            return f"{name}() returned {_brief(repr(destination))}, not one of {_brief(', '.join(known))}"
        case DestinationsDiffer(expected, answer):
            returned = "None" if answer is None else _list(answer)
            return f"{name}() returned {returned}, but the case expects {_list(expected)}"
        case NoDestinations(expected):
            return f"the case expects the destinations {_list(expected)}, but there is no function {name}()"
        case NotJson(text):
            return f"{name}() returned a dictionary that is not JSON: {text}"
        case TooLarge(size, limit):
            return f"{name}() returned {size} bytes of JSON; an alert takes at most {limit}"
        case _:
            assert_never(problem)


def _importing(ending: Ending, body: str) -> Words:
    words = _ending(ending)
    if isinstance(ending, TimedOut):
        return words._replace(message=f"{body} was not imported within {ending.seconds:g} s")
    return words._replace(message=f"{words.message} before {body} was imported")


def _blame(case: str, ending: Stop) -> str:
    match ending:
        case TimedOut(seconds):
            return f"{case} used up the detection's {seconds:g} s"
        case ProcessEnded():
            return f"the process ended in {case}"
        case MalformedMessage():
            return f"the process was killed in {case}"
        case _:
            assert_never(ending)


def _ending(ending: Ending) -> Words:
    match ending:
        case TimedOut(seconds):
            hint = "look for a loop that never ends, or raise `timeout-seconds`"
            return Words(f"ran longer than {seconds:g} s", hint)
        case ProcessEnded(exit_code):
            return Words(_exit(exit_code), "a body must not end its process or use up its memory")
        case MalformedMessage(problem):
            return Words(f"the process was killed: malformed message on its result pipe ({problem})")
        case NoResult.STILL_RUNNING:
            hint = "a body must leave nothing running when its functions have returned"
            return Words("the process did not end after its result", hint)
        case NoResult.EVENT_NOT_JSON:
            return Words("an event of the cases can't be written as JSON")
        case NoResult.DIED_TWICE:
            return Words("the process that ran it died, and so did the one that tried again")
        case NoResult.UNKNOWN:
            return Words("the process gave no result for this case")
        case _:
            assert_never(ending)


def _exit(code: int) -> str:
    if code >= 0:
        return f"the process ended without a result (exit code {code})"
    if -code == signal.SIGXCPU:
        return "the process used more processor time than it may"
    if -code == signal.SIGKILL:
        return "the process was killed before it gave a result"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"the process ended without a result (killed by {name})"


def _skip(reason: SkipReason) -> str:
    match reason:
        case Skip.DISABLED:
            return "the detection is disabled, and disabled ones are skipped here (skip-disabled-tests)"
        case Skip.OTHER_CASES:
            return "it has no case of a name that is asked for (test-names)"
        case NotDecidedHere(problem, location):
            where = f" ({location})" if location else ""
            return f"its conditions can't be decided here: {problem}{where}"
        case BaseElsewhere(base):
            return f"its base {_brief(base)} is not in the repository, so there is no body to run"
        case _:
            assert_never(reason)


def _advise_mocks(idle: tuple[str, ...]) -> str:
    if not idle:
        return ""
    names = _brief(", ".join(idle))
    return (
        f"`returnValue` is what a call returns, and nothing called {names}: mock a function, not a constant"
    )


def _advise(error: BodyError | None) -> str:
    if error and error.type == "BdbQuit":
        return "take `breakpoint()` out, or stop there with `panther-ci debug`"
    if error and error.network:
        return "mock the function that needs the network in the case (`Mocks`)"
    if error and error.refused:
        return "bodies run without files, network, processes and threads: mock what needs them in the case"
    return ""


def _advise_import(error: BodyError) -> str:
    if error.type in ("ModuleNotFoundError", "ImportError"):
        return (
            "make it a global of this repository, or name its package in the file that `requirements` gives"
        )
    if error.network:
        return "use the network in a function that a case can mock, not while the body is imported"
    return _advise(error)


def _in_short(error: BodyError) -> str:
    """An exception and its place in a line."""
    said = "bodies have no network" if error.network else _brief(error.text)
    text = f"{error.type}: {said}" if said else error.type
    return f"{text} at {error.location}" if error.location is not None else text


def _show(value: Value) -> str:
    """A value and its type."""
    if value.type == "NoneType":
        return "None"
    text = repr(value.text) if value.type == "str" else _ADDRESS.sub("", value.text)
    return f"{_brief(text)} ({value.type})"


def _list(texts: tuple[str, ...]) -> str:
    return _brief(repr(sorted(texts)))


def _brief(text: str) -> str:
    return text if len(text) <= BRIEF else text[: BRIEF - 1] + "…"
