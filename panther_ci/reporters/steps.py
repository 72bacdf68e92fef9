"""The conditions by which a case was decided, as reports show them. They may quote the content."""

from collections.abc import Iterator
from typing import NamedTuple

from panther_ci.model import CaseResult, Location, Step
from panther_ci.model.reasons import ConditionUndecided

_SHOWN = 12
_MARKS = {True: "met", False: "not met", None: "not needed"}


class ShownStep(NamedTuple):
    """A condition: whether it is met, what was found, how deep it is inside of others, and where it is.

    `marks` are times on a line from 0 to 1000.
    """

    mark: str
    text: str
    depth: int
    location: Location | None
    marks: tuple[int, ...] = ()


def list_steps(case: CaseResult) -> tuple[ShownStep, ...]:
    """The conditions in the order of the spec."""
    return tuple(
        ShownStep(_mark(step, case), step.text, step.depth, step.location, step.marks) for step in case.steps
    )


def describe_steps(case: CaseResult) -> Iterator[str]:
    """The same in a line each, as many as a report in lines shows."""
    shown = list_steps(case)
    for step in shown[:_SHOWN]:
        where = f" (line {step.location.line})" if step.location and step.location.line else ""
        yield f"{'  ' * step.depth}{step.mark}: {step.text}{where}"
    if len(shown) > _SHOWN:
        yield f"and {len(shown) - _SHOWN} more"


def _mark(step: Step, case: CaseResult) -> str:
    undecided = case.reason.keys if isinstance(case.reason, ConditionUndecided) else ()
    if step.held is None and undecided[: len(step.keys)] == step.keys:
        return "undecided"
    return _MARKS[step.held]
