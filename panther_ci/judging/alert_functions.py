"""Judges the functions beside the matcher, whose answers an alert is made of.

The limits are those of a deployment (https://docs.panther.com/detections/rules/python#alert-functions).
"""

import re
from collections.abc import Mapping

from panther_ci.catalogue import CheckId
from panther_ci.judging.body_errors import body_error
from panther_ci.judging.observations import Observation, Observed, Raised, Returned
from panther_ci.model import Finding, Job, Location
from panther_ci.model.reasons import (
    AlertFunction,
    FunctionProblem,
    NotJson,
    StringCut,
    TooLarge,
    TooManyDestinations,
    UnknownSeverity,
    Value,
    WrongDestination,
    WrongType,
)

MAX_STRING = 1000
MAX_DESTINATIONS = 10
MAX_CONTEXT = 200 * 1024
SEVERITIES = ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL", "DEFAULT")


def judge_functions(job: Job, functions: Mapping[str, Observation]) -> tuple[AlertFunction, ...]:
    """The functions whose answers no alert can be made of, and why."""
    judged = ((name, _problem(job, name, seen)) for name, seen in functions.items())
    return tuple(AlertFunction(name, problem) for name, problem in judged if problem is not None)


def _problem(job: Job, name: str, seen: Observation) -> FunctionProblem | None:
    if isinstance(seen, Raised):
        return body_error(job, seen)
    if name == "destinations":
        return _judge_destinations(seen)
    if name == "alert_context":
        return _judge_context(seen)
    if seen.type != "str":
        return WrongType(_value(seen), "str")
    if name == "severity" and seen.text.upper() not in SEVERITIES:
        return UnknownSeverity(_value(seen), SEVERITIES)
    return None


def _judge_destinations(seen: Returned) -> FunctionProblem | None:
    if seen.type == "NoneType":
        return None  # the same as no such function
    if seen.type != "list":
        return WrongType(_value(seen), "list")
    if seen.odd:
        return WrongDestination(seen.odd)
    if (seen.size or 0) > MAX_DESTINATIONS:
        return TooManyDestinations(seen.size or 0, MAX_DESTINATIONS)
    return None


def _judge_context(seen: Returned) -> FunctionProblem | None:
    if not seen.mapping:
        return WrongType(_value(seen), "dict")
    if seen.odd:
        return NotJson(seen.odd)
    if (seen.size or 0) > MAX_CONTEXT:
        return TooLarge(seen.size or 0, MAX_CONTEXT)
    return None


def _value(seen: Returned) -> Value:
    return Value(seen.type, seen.text)


def warn_of_lengths(job: Job, observed: Observed) -> tuple[Finding, ...]:
    """A warning for each function that returned a string which a deployment cuts."""
    longest: dict[str, int] = {}
    for seen in observed.cases.values():
        for name, value in seen.functions.items():
            if isinstance(value, Returned) and value.type == "str" and (value.size or 0) > MAX_STRING:
                longest[name] = max(longest.get(name, 0), value.size or 0)
    return tuple(
        Finding(
            CheckId.STRING_LENGTH,
            "",
            _definition(job, name),
            CheckId.STRING_LENGTH.level,
            detection=job.spec.id,
            reason=StringCut(name, size, MAX_STRING),
        )
        for name, size in longest.items()
    )


def _definition(job: Job, name: str) -> Location:
    match = re.search(rb"^def[ \t]+%s\b" % name.encode(), job.body.text, re.MULTILINE)
    line = job.body.text.count(b"\n", 0, match.start()) + 1 if match else None
    return Location(job.body.path, line)
