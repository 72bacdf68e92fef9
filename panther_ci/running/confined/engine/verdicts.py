"""The answer of match expressions as a process reports it, and the filters before a detection."""

from collections.abc import Mapping
from typing import Any

from panther_ci.deployment_rules.expressions import Dialect, Group, read_expressions
from panther_ci.running import protocol
from panther_ci.running.confined.engine.decisions import Decider, UndecidedError
from panther_ci.running.confined.engine.observation import returned


def judge(group: Group, dialect: Dialect, event: Any, explained: bool) -> dict[str, Any]:
    """Whether the expressions hold, as the answer of a matcher; with `explained`, by which conditions."""
    decider = Decider(dialect, explained)
    try:
        decision = decider.decide_all(group, event)
        answer, by = returned(decision.held), decision.by
    except UndecidedError as error:
        answer = {"undecided": error.text[: protocol.MAX_TEXT], "keys": [*error.keys]}
        by = next((at for at, step in enumerate(decider.steps) if step[0] == answer["keys"]), None)
    return {"matcher": answer, **_pack(decider.steps, by)}


def _pack(steps: list[list[Any]], by: int | None) -> dict[str, Any]:
    """The first steps, the one that decided among them."""
    kept = steps[: protocol.MAX_STEPS]
    if by is not None and by >= len(kept):
        by, kept[-1] = len(kept) - 1, steps[by]
    shown = [[keys, text[: protocol.MAX_TEXT], held, depth] for keys, text, held, depth in kept]
    return {"steps": shown, "decided": by}


class Gate:
    """What an event has to pass before the detection sees it; without filters, nothing.

    Raises ExpressionError for filters that can't be read.
    """

    def __init__(self, job: Mapping[str, Any], declared: Mapping[str, Any]) -> None:
        filters = declared.get("InlineFilters")
        self._group = read_expressions(filters, ("InlineFilters",), Dialect.FILTERS) if filters else None
        self._explained: bool = job["trace"]

    def refuse(self, event: Any) -> dict[str, Any]:
        """The answer for an event that does not pass; nothing for one that does."""
        if self._group is None:
            return {}
        seen = judge(self._group, Dialect.FILTERS, event, self._explained)
        return {} if seen["matcher"] == returned(True) else {**seen, "filtered": True}
