"""Makes mutants of what a detection declares: copies of its `Detection` with one small fault each."""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from panther_ci.deployment_rules.conditions import CONDITIONS, OF_NETWORKS
from panther_ci.mutation.bodies import other_values

Keys: TypeAlias = tuple[str | int, ...]

# The keys of lists whose entries each say something, those that combine conditions with what they become.
_COMBINATORS: Final = MappingProxyType({"All": "Any", "Any": "All", "None": "Any", "OnlyOne": "Any"})
_LISTS: Final = frozenset((*_COMBINATORS, "Expressions", "Values", "Group", "Transitions"))
_FIELDS: Final = frozenset(("Key", "KeyPath", "FieldPath", "On"))
_PERIODS: Final = frozenset(("WithinTimeFrameMinutes", "LookbackWindowMinutes"))
_COUNTS: Final = frozenset(("MinMatchCount", "MaxMatchCount"))
_OPPOSITES: Final = (
    ("Equals", "DoesNotEqual"),
    ("IEquals", "IDoesNotEqual"),
    ("Contains", "DoesNotContain"),
    ("IContains", "IDoesNotContain"),
    ("StartsWith", "DoesNotStartWith"),
    ("IStartsWith", "IDoesNotStartWith"),
    ("EndsWith", "DoesNotEndWith"),
    ("IEndsWith", "IDoesNotEndWith"),
    ("IsIn", "IsNotIn"),
    ("Exists", "DoesNotExist"),
    ("IsNull", "IsNotNull"),
    ("IsNullOrEmpty", "IsNotNullOrEmpty"),
    ("AlwaysTrue", "AlwaysFalse"),
)
# What a condition becomes: its opposite, or one that holds a little more or less often.
_CONDITIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **{left: (right,) for left, right in _OPPOSITES},
        **{right: (left,) for left, right in _OPPOSITES},
        "IsGreaterThan": ("IsGreaterThanOrEquals", "IsLessThan"),
        "IsGreaterThanOrEquals": ("IsGreaterThan", "IsLessThan"),
        "IsLessThan": ("IsLessThanOrEquals", "IsGreaterThan"),
        "IsLessThanOrEquals": ("IsLessThan", "IsGreaterThan"),
        "StartsWith": ("DoesNotStartWith", "Contains"),
        "EndsWith": ("DoesNotEndWith", "Contains"),
        "IStartsWith": ("IDoesNotStartWith", "IContains"),
        "IEndsWith": ("IDoesNotEndWith", "IContains"),
        "IsIPAddressPublic": ("IsIPAddressPrivate", "IsIPAddress"),
        "IsIPAddressPrivate": ("IsIPAddressPublic", "IsIPAddress"),
        "AnyElement": ("AllElements", "NoElement"),
        "AllElements": ("AnyElement",),
        "NoElement": ("AnyElement",),
        "OnlyOneElement": ("AnyElement",),
    }
)


class Variant(NamedTuple):
    """A faulty declaration: where the fault is in `Detection`, what is there before and after, and all of it
    as JSON. An empty `after` means that it was left out."""

    keys: Keys
    before: str
    after: str
    text: bytes


class _Edit(NamedTuple):
    """A change of one place: `apply` is given what holds it, and the key."""

    keys: Keys
    before: str
    after: str
    apply: Callable[[Any, Any], None]


def vary_declaration(text: bytes) -> Iterator[Variant]:
    """Every variant of a declaration, in the order of its keys."""
    declared = json.loads(text)
    for edit in _walk(declared["Detection"], ()):
        changed = copy.deepcopy(declared)
        holder = changed["Detection"]
        for key in edit.keys[:-1]:
            holder = holder[key]
        edit.apply(holder, edit.keys[-1])
        yield Variant(edit.keys, edit.before, edit.after, json.dumps(changed).encode())


def _walk(node: Any, keys: Keys) -> Iterator[_Edit]:
    if isinstance(node, list):
        lists_conditions = not keys or keys[-1] in _LISTS or keys[-2:-1] == ("MatchCriteria",)
        for place, item in enumerate(node):
            if lists_conditions and len(node) > 1:
                yield _Edit((*keys, place), show(item), "", _drop)
            yield from _walk(item, (*keys, place))
    elif isinstance(node, dict):
        for key, item in node.items():
            yield from _vary(node, key, item, (*keys, key))
            yield from _walk(item, (*keys, key))


def _vary(holder: dict[str, Any], key: str, value: Any, keys: Keys) -> Iterator[_Edit]:
    """The faults in the value of one key, or in the key itself."""
    if key in _COMBINATORS and isinstance(value, list):
        if len(value) > 1 or key == "None":
            yield _Edit(keys, key, _COMBINATORS[key], _rename)
    elif key == "Condition":
        yield from (_set(keys, value, other) for other in _CONDITIONS.get(value, ()))
    elif key == "Values" and isinstance(value, list) and len(value) == 1:
        yield from (_set((*keys, 0), value[0], other) for other in other_values(value[0]))
    elif key == "Value":
        others = _other_networks(value) if _asks_for_network(holder) else other_values(value)
        yield from (_set(keys, value, other) for other in others)
    elif key in _FIELDS and isinstance(value, str):
        yield _set(keys, value, f"mutant_{value}")
    elif key == "DeepKey" and isinstance(value, list) and value:
        yield from (_set((*keys, len(value) - 1), value[-1], other) for other in other_values(value[-1]))
    elif key in _COUNTS and isinstance(value, int):
        yield from (_set(keys, value, other) for other in (value - 1, value + 1) if other > 0)
    elif key in _PERIODS and isinstance(value, int):
        yield from (_set(keys, value, other) for other in (value // 2, value * 2) if 0 < other != value)
    elif key == "Absence" and isinstance(value, bool):
        yield _set(keys, value, not value)
    elif key == "MatchCriteria" or (key == "Match" and isinstance(value, list)):
        yield _Edit(keys, key, "", _drop)
    elif key == "To" and {holder.get("From"), value} != {value} and "Match" not in keys:
        yield _Edit(keys, f"{holder.get('From')} then {value}", f"{value} then {holder.get('From')}", _swap)


def _asks_for_network(holder: dict[str, Any]) -> bool:
    condition = CONDITIONS.get(str(holder.get("Condition")))
    return condition is not None and condition.operator in OF_NETWORKS


def _other_networks(value: Any) -> tuple[str, ...]:
    """A network of all addresses and one of the last address: another text would be none."""
    return (
        ("::/0", f"{':'.join(['ffff'] * 8)}/128")
        if ":" in str(value)
        else ("0.0.0.0/0", "255.255.255.255/32")
    )


def _set(keys: Keys, value: Any, other: Any) -> _Edit:
    def apply(holder: Any, key: Any) -> None:
        holder[key] = other

    return _Edit(keys, show(value), show(other), apply)


def _drop(holder: Any, key: Any) -> None:
    del holder[key]


def _rename(holder: Any, key: Any) -> None:
    holder[_COMBINATORS[key]] = holder.pop(key)


def _swap(holder: Any, _: Any) -> None:
    holder["From"], holder["To"] = holder["To"], holder["From"]


def show(value: Any) -> str:
    """A value on one line, as JSON."""
    return json.dumps(value, ensure_ascii=False)
