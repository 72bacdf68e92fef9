"""Schedules that a deployment can't follow."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Json, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import Keys, cut

_LONGEST: Final = 100
_FIELDS: Final = 5
_HINT: Final = (
    "Write minute, hour, day of the month, month and day of the week, as in `0 6 * * 1-5`, or `RateMinutes`."
)
# Which month has a day of the month depends on no other time.
_ANY_TIME: Final = datetime(2000, 1, 1)


def find_wrong_schedules(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each expression that is not one of crontab, and each rate below its time limit."""
    for keys, schedule in _list_schedules(spec):
        for key, message, hint in _judge(schedule):
            where = project.locate(spec.path, (*keys, key))
            yield Finding.of(CheckId.INVALID_SCHEDULE, message, where, hint)


def _list_schedules(spec: Spec) -> Iterator[tuple[Keys, Mapping[str, Json]]]:
    places: list[tuple[Keys, Json]] = [((key,), spec.fields.get(key)) for key in ("Schedule", "Refresh")]
    detection = spec.fields.get("Detection") if spec.type is AnalysisType.CORRELATION_RULE else None
    for index, entry in enumerate(detection if isinstance(detection, list) else ()):
        if isinstance(entry, dict):
            places.append((("Detection", index, "Schedule"), entry.get("Schedule")))
    return ((keys, each) for keys, each in places if isinstance(each, dict))


def _judge(schedule: Mapping[str, Json]) -> Iterator[tuple[str, str, str]]:
    """The key, message and hint of each fault."""
    expression, rate, limit = (
        schedule.get(key) for key in ("CronExpression", "RateMinutes", "TimeoutMinutes")
    )
    if isinstance(expression, str) and (message := judge_expression(expression)):
        yield "CronExpression", message, _HINT
    # The schema asks for whole numbers, and for more than one minute.
    if isinstance(rate, int) and isinstance(limit, int) and 1 < rate < limit:
        message = f"A run may take {limit} minutes, but the next one begins after {rate}."
        yield "RateMinutes", message, "Write at least as many `RateMinutes` as `TimeoutMinutes`."


def judge_expression(expression: str) -> str:
    """What is wrong with an expression; empty if it is one of crontab(5) for a time that comes.

    The documentation of Panther names the five fields of crontab, and no others.
    """
    from cronsim import CronSim, CronSimError

    number = len(expression.split())
    if len(expression) > _LONGEST:
        return f"The cron expression `{cut(expression)}` is longer than {_LONGEST} characters."
    if number != _FIELDS:
        return f"`{cut(expression)}` is not a cron expression: it needs {_FIELDS} fields, and has {number}."
    try:
        CronSim(expression, _ANY_TIME)
    except CronSimError as error:
        part = str(error).removeprefix("Bad ").replace("-", " ")
        return f"The {part} of `{cut(expression)}` can't be read, or never comes."
    return ""
