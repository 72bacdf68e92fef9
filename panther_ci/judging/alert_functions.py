"""Judges the functions beside the matcher, whose answers an alert is made of.

The limits are those of a deployment (https://docs.panther.com/detections/rules/python#alert-functions).
"""

import re
from collections.abc import Mapping

from panther_ci.judging import wording
from panther_ci.judging.judgements import Judgement
from panther_ci.judging.observations import Observation, Observed, Raised, Returned
from panther_ci.model import Finding, Job, Level, Location, Outcome

MAX_STRING = 1000
MAX_DESTINATIONS = 10
MAX_CONTEXT = 200 * 1024
SEVERITIES = ("INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL", "DEFAULT")


def judge_functions(job: Job, functions: Mapping[str, Observation]) -> Judgement | None:
    """What is wrong with each function, placed at the first that raised; nothing if an alert can be made."""
    judged = (_judge_function(job, name, seen) for name, seen in functions.items())
    wrong = [judgement for judgement in judged if judgement is not None]
    if not wrong:
        return None
    message = "; ".join(judgement.message for judgement in wrong)
    worst = next((judgement for judgement in wrong if judgement.outcome is Outcome.ERRORED), wrong[0])
    return worst._replace(message=message)


def _judge_function(job: Job, name: str, seen: Observation) -> Judgement | None:
    if isinstance(seen, Raised):
        return wording.raised(job, name, seen)
    if problem := _problem(name, seen):
        message = f"{name}() returned {problem}"
        return Judgement(Outcome.FAILED, wording.show(seen), message, function=name)
    return None


def _problem(name: str, seen: Returned) -> str:
    if name == "destinations":
        return _destinations(seen)
    if name == "alert_context":
        return _context(seen)
    if seen.type != "str":
        return f"{wording.show(seen)}, not a string"
    if name == "severity" and seen.text.upper() not in SEVERITIES:
        return f"{wording.show(seen)}, not one of {', '.join(SEVERITIES)}"
    return ""


def _destinations(seen: Returned) -> str:
    if seen.type == "NoneType":
        return ""  # the same as no such function
    if seen.type != "list":
        return f"{wording.show(seen)}, not a list of destinations"
    if seen.odd:
        return f"a list with a value of type {seen.odd}, not only strings"
    if (seen.size or 0) > MAX_DESTINATIONS:
        return f"{seen.size} destinations; an alert takes at most {MAX_DESTINATIONS}"
    return ""


def _context(seen: Returned) -> str:
    if not seen.mapping:
        return f"{wording.show(seen)}, not a dictionary"
    if seen.odd:
        return f"a dictionary that is no JSON: {seen.odd}"
    if (seen.size or 0) > MAX_CONTEXT:
        return f"{seen.size} bytes of JSON; an alert takes at most {MAX_CONTEXT}"
    return ""


def warn_of_lengths(job: Job, observed: Observed) -> tuple[Finding, ...]:
    """A warning for each function that returned a string a deployment cuts."""
    longest: dict[str, int] = {}
    for seen in observed.cases.values():
        for name, value in seen.functions.items():
            if isinstance(value, Returned) and value.type == "str" and (value.size or 0) > MAX_STRING:
                longest[name] = max(longest.get(name, 0), value.size or 0)
    return tuple(
        Finding(
            "string-length",
            f"{name}() returned {size} characters; a deployment keeps {MAX_STRING}",
            _definition(job, name),
            Level.WARNING,
            hint=f"shorten what {name}() returns",
            detection=job.spec.id,
        )
        for name, size in longest.items()
    )


def _definition(job: Job, name: str) -> Location:
    match = re.search(rb"^def[ \t]+%s\b" % name.encode(), job.body.text, re.MULTILINE)
    line = job.body.text.count(b"\n", 0, match.start()) + 1 if match else None
    return Location(job.body.path, line)
