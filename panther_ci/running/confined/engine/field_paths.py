"""Finds the fields that match expressions name: exactly in JSON, and in any case in an event of a rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from panther_ci.deployment_rules.key_paths import Each, Field, KeyStep
from panther_ci.running.confined.engine.panther_core.immutable import MISSING, ImmutableList, unwrap


def find_field(field: Field, event: Any) -> Any:
    """The JSON value of a field; None for one that is missing."""
    found = unwrap(find(event, field.steps))
    return None if found is MISSING else found


def find(value: Any, steps: Sequence[KeyStep]) -> Any:
    """What the steps lead to, as a view where the event is one; MISSING if a step leads nowhere.

    All items of a list are a new list, without what is missing or null in them, as in JMESPath.
    """
    for number, step in enumerate(steps):
        if isinstance(step, Each):
            items = value if isinstance(value, list | ImmutableList) else None
            if items is None:
                return MISSING
            found = [unwrap(find(item, steps[number + 1 :])) for item in items]
            return [each for each in found if each is not MISSING and each is not None]
        value = _take(value, step)
    return value


def _take(value: Any, step: str | int) -> Any:
    if isinstance(step, str):
        return value.get(step, MISSING) if isinstance(value, Mapping) else MISSING
    is_there = isinstance(value, list | ImmutableList) and -len(value) <= step < len(value)
    return value[step] if is_there else MISSING
