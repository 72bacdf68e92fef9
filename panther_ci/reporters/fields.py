"""The fields of an event that a body read, as reports show them. They may quote the content."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from panther_ci.model import CaseResult, FieldRead
from panther_ci.reporters.reasons_in_words import words_of


class ShownField(NamedTuple):
    """A field by its name, and what the body got: the text of its value, or that it is missing."""

    name: str
    text: str
    found: bool


def list_fields(case: CaseResult) -> tuple[ShownField, ...]:
    """The fields that the body read, the last one first, without what only led to another one."""
    return tuple(ShownField(_name(read), _text(read), read.found) for read in _leaves(case))


def describe_fields(case: CaseResult) -> Iterator[str]:
    """The same in a line each, without the one that is the hint."""
    hinted = hinted_field(case)
    return (describe_read(read) for read in _leaves(case) if read is not hinted)


def hinted_field(case: CaseResult) -> FieldRead | None:
    """The missing field that may be the cause: the last one read that has a near name, or what was read last.

    None where the reason has a hint of its own.
    """
    if case.reason is None or words_of(case.reason).hint:
        return None
    near = next((read for read in case.reads if read.nearest and not read.found), None)
    if case.steps:
        return near  # its conditions tell what is missing
    last = next(iter(case.reads), None)
    return near or (last if last and not last.found else None)


def describe_read(read: FieldRead) -> str:
    """What the body got for a field of the event."""
    return f"read {_name(read)} = {_text(read)}" if read.found else f"`{_name(read)}` is {_text(read)}"


def dotted(path: Iterable[str | int], each: bool = False) -> str:
    """The keys of a field as text: `a.b[0]`, or with `each` `a.b[*]`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += "[*]" if each else f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


def _leaves(case: CaseResult) -> Iterator[FieldRead]:
    steps = {_folded(read.path[:size]) for read in case.reads if read.found for size in range(len(read.path))}
    return (read for read in case.reads if not read.found or _folded(read.path) not in steps)


def _folded(path: tuple[str | int, ...]) -> tuple[str | None, ...]:
    return tuple(None if isinstance(part, int) else part for part in path)


def _name(read: FieldRead) -> str:
    return dotted(read.path, read.items > 1)


def _text(read: FieldRead) -> str:
    number = f" ({read.items} items)" if read.items > 1 else ""
    if not read.found:
        meant = dotted(read.nearest, read.items > 1)
        return f"not in the event{number}" + (f"; did you mean `{meant}`?" if meant else "")
    values = (read.value, *read.others)
    return f"{', '.join(values)}{' …' if read.items > len(values) else ''}{number}"
