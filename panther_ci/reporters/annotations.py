"""The report as workflow commands: annotations on the lines of the change, within GitHub's limits.

A step shows 10 annotations of each of three levels (so the 50 of a job are never reached) and cuts
each message at 4096. GitHub drops the rest without a word, so the last annotation says how many there
are and where to read them. Escaping is that of `@actions/core`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from panther_ci.model import Level, Location, Report
from panther_ci.reporters.defuse import BLOCK_LIMIT, log_name, log_text, show_name
from panther_ci.reporters.entries import Entry, describe_rest, split_entries
from panther_ci.reporters.problems import Problem
from panther_ci.reporters.wording import count_of, describe_known, place

PER_LEVEL = 10
_MESSAGE_BYTES = 4000
_ENTRIES_NAMED = 10
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
    annotations = tuple(_annotate(report))
    shown = [each for level in Level for each in _of_level(level, annotations)]
    return "".join(f"{_command(annotation)}\n" for annotation in shown)


def list_annotations(report: Report) -> tuple[Annotation, ...]:
    """All annotations of a report with harmless texts, causes first, without the limits of a step."""
    return tuple(
        replace(each, title=log_name(each.title), message=log_text(each.message, BLOCK_LIMIT))
        for each in _annotate(report)
    )


def escape_data(text: str) -> str:
    """`text` as the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """`text` as the value of a property of a workflow command."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def _annotate(report: Report) -> Iterator[Annotation]:
    """One annotation an entry, and one for all that was there before the change."""
    new, there = split_entries(report)
    yield from map(_annotation, new)
    if report.already_there:
        message = "\n".join(map(_in_short, there[:_ENTRIES_NAMED]))
        title = f"There before this change: {describe_known(report)}"
        yield Annotation(Level.NOTICE, title, f"{message}\n{_ELSEWHERE}", Location(""))


def _of_level(level: Level, every: Sequence[Annotation]) -> list[Annotation]:
    annotations = [annotation for annotation in every if annotation.level is level]
    if len(annotations) <= PER_LEVEL:
        return annotations
    shown = annotations[: PER_LEVEL - 1]
    rest = count_of(len(annotations) - len(shown), f"more {level}")
    return [*shown, Annotation(level, f"{rest} not shown here", _ELSEWHERE, Location(""))]


def _annotation(entry: Entry) -> Annotation:
    return Annotation(entry.level, _title(entry), "\n".join(_lines(entry)), entry.location)


def _lines(entry: Entry) -> Iterator[str]:
    first = entry.first
    if len(entry.problems) == 1 and (entry.alone or not first.case):
        yield from first.lines
        if first.related:
            yield _name_case(first, entry)
        return
    yield entry.summary
    if entry.hint:
        yield f"hint: {entry.hint}"
    yield from (_name_case(problem, entry) for problem in entry.examples)
    if rest := describe_rest(entry):
        yield rest


def _name_case(problem: Problem, entry: Entry) -> str:
    """Where a case is, and what happened in it if that was not told yet."""
    name = problem.case.case if problem.case else ""
    where = f"{problem.detection} ({problem.related or problem.location})"
    return f"in the case `{name}` of {where}{entry.describe(problem)}"


def _in_short(entry: Entry) -> str:
    who = f"{entry.name}: " if entry.name else ""
    return f"{place(entry.location)}{who}{entry.summary}"


def _title(entry: Entry) -> str:
    first = entry.first
    if len(entry.cases) > 1:
        return f"{entry.name}: {len(entry.cases)} cases" if entry.name else f"{len(entry.cases)} cases"
    if entry.alone:
        return f"{first.detection}: {entry.alone.case}"
    if entry.cases:
        return "1 case"
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
