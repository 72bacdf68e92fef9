"""What conditions ask, and what was found of them, in words."""

from typing import Any, Final, NamedTuple

from panther_ci.deployment_rules.conditions import Combinator, Operand
from panther_ci.deployment_rules.expressions import Absolute, Comprehension, Expression, FieldTest, Group
from panther_ci.deployment_rules.key_paths import Field
from panther_ci.running.confined.engine.operators import show
from panther_ci.running.confined.engine.panther_core.immutable import MISSING

# How a text tells that a value is, or is not, what an operator asks for.
_PHRASES: Final = {
    "equals": ("", "which is not {}"),
    "starts": ("which starts with {}", "which does not start with {}"),
    "ends": ("which ends with {}", "which does not end with {}"),
    "contains": ("which contains {}", "which does not contain {}"),
    "greater": ("which is greater than {}", "which is not greater than {}"),
    "less": ("which is less than {}", "which is not less than {}"),
    "at least": ("which is at least {}", "which is less than {}"),
    "at most": ("which is at most {}", "which is greater than {}"),
    "in": ("which is in {}", "which is not in {}"),
    "exists": ("so it is there", ""),
    "null": ("", "which is not null"),
    "empty": ("which is empty", "which is not empty"),
    "address": ("which is an IP address", "which is no IP address"),
    "address 4": ("which is an IPv4 address", "which is no IPv4 address"),
    "address 6": ("which is an IPv6 address", "which is no IPv6 address"),
    "public": ("which is a public address", "which is no public address"),
    "private": ("which is a private address", "which is no private address"),
    "in network": ("which is in {}", "which is not in {}"),
    "has address": ("of which some are in {}", "of which none is in {}"),
}


_FAILURES: Final = {
    Combinator.ALL: "a condition of `All` is not met",
    Combinator.ANY: "no condition of `Any` is met",
    Combinator.NONE: "a condition of `None` is met",
    Combinator.ONLY_ONE: "not exactly one condition of `OnlyOne` is met",
}


class Scope(NamedTuple):
    """What fields are looked up in: the event, or an element of one of its lists, and the name of that."""

    value: Any
    name: str = ""


def name_of(field: Field, scope: Scope) -> str:
    """A field by its name from the root of the event."""
    if not scope.name:
        return field.name
    return f"{scope.name}{'' if field.name.startswith('[') else '.'}{field.name}"


def ask(expression: Expression, scope: Scope) -> str:
    """What an expression asks, in the words of the spec."""
    match expression:
        case FieldTest(_, field, name, condition, wanted, other):
            asked = f"`{name_of(field, scope)}` {name}"
            if other is not None:
                return f"{asked} `{name_of(other, scope)}`"
            return asked if condition.operand is Operand.NOTHING else f"{asked} {show(wanted)}"
        case Comprehension(_, field, elements, _):
            return f"{elements.value} of `{name_of(field, scope)}`"
        case Absolute(_, answer):
            return f"Always{answer}"
        case Group(_, combinator, inner):
            return f"`{combinator.value}` of {len(inner)} condition{'' if len(inner) == 1 else 's'}"


def describe(name: str, found: Any, operator: str, fact: bool, compared: str) -> str:
    """What was found, in plain words."""
    told = _PHRASES[operator][not fact].replace("{}", compared) if found is not MISSING else ""
    return f"{describe_value(name, found)}{', ' if told else ''}{told}"


def describe_value(name: str, found: Any) -> str:
    """What a field has."""
    return f"`{name}` {describe_lack(found) if found is MISSING else f'is {show(found)}'}"


def describe_failure(combinator: Combinator) -> str:
    """Why the expressions of a combinator, all together, do not hold."""
    return _FAILURES[combinator]


def describe_lack(found: Any) -> str:
    """That a field is missing, or null."""
    return "is not in the event" if found is MISSING else "is null"


def count_elements(number: int) -> str:
    """A number of elements."""
    return f"{number} element{'' if number == 1 else 's'}"
