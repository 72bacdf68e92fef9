"""Lines of a body: a process may claim any number, and a report names lines that exist."""

import re
from array import array
from functools import cache
from itertools import accumulate

from panther_ci.model import Job, Location


@cache
def line_ends(text: bytes) -> "array[int]":
    """Where each line of a source ends, computed once: it may raise in a hundred thousand cases."""
    return array("L", accumulate(map(len, text.splitlines(keepends=True))))


def line_in(text: bytes, line: int) -> int | None:
    """A line that a process claims, or the last one if there is no such line; None for what can't be one."""
    return min(line, len(line_ends(text))) if line > 0 and text else None


def returned_at(job: Job, function: str, line: int | None) -> Location | None:
    """Where a function of the body returned, or else where it is defined; None if neither is known."""
    text = job.body.text
    found = (line_in(text, line) if line is not None else None) or line_of(text, function)
    return Location(job.body.path, found) if found else None


@cache
def line_of(text: bytes, function: str) -> int | None:
    """The line at which a function is defined; None if that is not at the start of a line."""
    match = re.search(rb"^def[ \t]+%s\b" % function.encode(), text, re.MULTILINE)
    return text.count(b"\n", 0, match.start()) + 1 if match else None
