"""Judges the functions beside the matcher, whose answers an alert is made of.

The limits are those of a deployment (https://docs.panther.com/detections/rules/python#alert-functions). The
destinations that a case expects are compared as by panther_analysis_tool 1.11, by trial.
"""

from collections.abc import Mapping

from panther_ci.catalogue import CheckId
from panther_ci.judging.body_errors import body_error
from panther_ci.judging.lines import line_of
from panther_ci.judging.observations import Observation, Observed, Raised, Returned
from panther_ci.model import Case, Finding, Job, Location
from panther_ci.model.reasons import (
    AlertFunction,
    DestinationsDiffer,
    FunctionProblem,
    NoDestinations,
    NotJson,
    StringCut,
    TooLarge,
    TooManyDestinations,
    UnknownDestination,
    UnknownSeverity,
    Value,
    WrongDestination,
    WrongType,
)

MAX_STRING = 1000
MAX_DESTINATIONS = 10
MAX_CONTEXT = 200 * 1024
SEVERITIES = ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL", "DEFAULT")


def judge_functions(
    job: Job, case: Case, functions: Mapping[str, Observation], alerts: bool
) -> tuple[AlertFunction, ...]:
    """The functions whose answers no alert can be made of, or are not what the case expects, and why.

    Where the matcher makes no alert, only the destinations matter, and only if the case expects some.
    """
    counting = {name: seen for name, seen in functions.items() if _counts(job, case, name, alerts)}
    judged = [(name, find_problem(job, name, seen, case.destinations)) for name, seen in counting.items()]
    if case.destinations is not None and "destinations" not in functions:
        judged.append(("destinations", NoDestinations(case.destinations)))
    return tuple(AlertFunction(name, problem) for name, problem in judged if problem is not None)


def _counts(job: Job, case: Case, name: str, alerts: bool) -> bool:
    """Whether what a function did matters for a case."""
    if name == "destinations" and case.destinations is not None:
        return True
    return alerts and (job.spec.create_alert or name == "alert_context")


def find_problem(
    job: Job, name: str, seen: Observation, expected: tuple[str, ...] | None = None
) -> FunctionProblem | None:
    """Why no alert can be made of what a function did; its destinations may have to be the expected ones."""
    if isinstance(seen, Raised):
        return body_error(job, seen)
    if name == "destinations":
        return _judge_destinations(job, expected, seen)
    if name == "alert_context":
        return _judge_context(seen)
    if seen.type != "str":
        return WrongType(_value(seen), "str")
    if name == "severity" and seen.text.upper() not in SEVERITIES:
        return UnknownSeverity(_value(seen), SEVERITIES)
    return None


def _judge_destinations(job: Job, expected: tuple[str, ...] | None, seen: Returned) -> FunctionProblem | None:
    if seen.type == "NoneType":
        # The same as no such function.
        return None if expected is None else DestinationsDiffer(expected, None)
    if seen.type != "list":
        return WrongType(_value(seen), "list")
    if seen.odd:
        return WrongDestination(seen.odd)
    if seen.size > MAX_DESTINATIONS:
        return TooManyDestinations(seen.size, MAX_DESTINATIONS)
    unknown = [each for each in seen.items if each not in (*job.destinations, *(expected or ()))]
    if job.destinations and unknown:
        return UnknownDestination(unknown[0], job.destinations)
    if expected is not None and set(expected) != set(seen.items):
        return DestinationsDiffer(expected, seen.items)
    return None


def _judge_context(seen: Returned) -> FunctionProblem | None:
    if not seen.mapping:
        return WrongType(_value(seen), "dict")
    if seen.odd:
        return NotJson(seen.odd)
    if seen.size > MAX_CONTEXT:
        return TooLarge(seen.size, MAX_CONTEXT)
    return None


def _value(seen: Returned) -> Value:
    return Value(seen.type, seen.text)


def warn_of_lengths(job: Job, observed: Observed) -> tuple[Finding, ...]:
    """A warning for each function that returned a string which a deployment cuts."""
    longest: dict[str, int] = {}
    for seen in observed.cases.values():
        for name, value in seen.functions.items():
            if isinstance(value, Returned) and value.type == "str" and value.size > MAX_STRING:
                longest[name] = max(longest.get(name, 0), value.size)
    return tuple(
        Finding(
            CheckId.STRING_LENGTH,
            "",
            Location(job.body.path, line_of(job.body.text, name)),
            CheckId.STRING_LENGTH.level,
            detection=job.spec.id,
            reason=StringCut(name, size, MAX_STRING),
        )
        for name, size in longest.items()
    )
