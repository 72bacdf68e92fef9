"""The report as workflow commands: annotations on the lines of the change, within GitHub's limits.

A step shows 10 annotations of each of three levels (so the 50 of a job are never reached) and cuts
each message at 4096. GitHub drops the rest without a word, so the last annotation says how many there
are and where to read them. Escaping is that of `@actions/core`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from panther_ci.model import CaseResult, Level, Location, Report
from panther_ci.reporters.defuse import BLOCK_LIMIT, log_name, log_text, show_name
from panther_ci.reporters.problems import Problem, list_problems
from panther_ci.reporters.wording import count_of

PER_LEVEL = 10
_MESSAGE_BYTES = 4000
_CASES_NAMED = 10
_ELSEWHERE = "The log of this step lists all of them; its summary shows them with links."


@dataclass(frozen=True, slots=True)
class Annotation:
    """A message on a line of a file, its texts not made harmless yet; without a path it is about the run."""

    level: Level
    title: str
    message: str
    location: Location


def render(report: Report) -> str:
    """A command a line, most severe first; the same report always gives the same text."""
    problems = list_problems(report)
    annotations = [annotation for level in Level for annotation in _of_level(level, problems)]
    return "".join(f"{_command(annotation)}\n" for annotation in annotations)


def list_annotations(report: Report) -> tuple[Annotation, ...]:
    """All annotations of a report with harmless texts, most severe first, without the limits of a step."""
    return tuple(
        replace(each, title=log_name(each.title), message=log_text(each.message, BLOCK_LIMIT))
        for each in map(_annotation, _group(list_problems(report)))
    )


def escape_data(text: str) -> str:
    """`text` as the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """`text` as the value of a property of a workflow command."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _of_level(level: Level, problems: Sequence[Problem]) -> list[Annotation]:
    of_level = [problem for problem in problems if problem.level is level]
    annotations = [_annotation(group) for group in _group(of_level)]
    if len(annotations) <= PER_LEVEL:
        return annotations
    shown = annotations[: PER_LEVEL - 1]
    rest = count_of(len(annotations) - len(shown), f"more {level}")
    return [*shown, Annotation(level, f"{rest} not shown here", _ELSEWHERE, Location(""))]


def _group(problems: Sequence[Problem]) -> Iterator[list[Problem]]:
    """Cases that ended at the same line of a body in the same way form one group: they have one cause."""
    groups: dict[object, list[Problem]] = {}
    for number, problem in enumerate(problems):
        error = problem.case.error if problem.case else None
        cause = (problem.location, error.type, error.text) if error and error.location else number
        groups.setdefault(cause, []).append(problem)
    yield from groups.values()


def _annotation(problems: Sequence[Problem]) -> Annotation:
    first = problems[0]
    lines = list(first.lines)
    if first.related:
        lines += [_name_case(problem.case) for problem in problems[:_CASES_NAMED] if problem.case]
        if len(problems) > _CASES_NAMED:
            lines.append(f"and {count_of(len(problems) - _CASES_NAMED, 'more case')}")
    return Annotation(first.level, _title(problems), "\n".join(lines), first.location)


def _name_case(case: CaseResult) -> str:
    return f"in the case `{case.case}` of {case.detection} ({case.location})"


def _title(problems: Sequence[Problem]) -> str:
    first = problems[0]
    if len(problems) > 1:
        return f"{first.detection}: {len(problems)} cases"
    if first.case:
        return f"{first.detection}: {first.case.case}"
    return f"{first.detection}: {first.check}" if first.detection else first.check


def _command(annotation: Annotation) -> str:
    place = annotation.location
    properties = {"file": show_name(place.path, 4096)} if place.path else {}
    if place.path and place.line is not None:
        properties["line"] = str(place.line)
        if place.column is not None:
            properties["col"] = str(place.column)
    properties["title"] = log_name(annotation.title)
    listed = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items() if value)
    return f"::{annotation.level} {listed}::{escape_data(_cut_bytes(log_text(annotation.message, 8000)))}"


def _cut_bytes(message: str) -> str:
    """At most 4096 bytes, as the runner may count bytes or characters."""
    data = message.encode()
    if len(data) <= _MESSAGE_BYTES:
        return message
    return f"{data[:_MESSAGE_BYTES].decode(errors='ignore')}… (cut here; the log has the rest)"
