"""The conditions of simple detections and of inline filters: what each name asks of a field.

The names are those of https://docs.panther.com/detections/rules/writing-simple-detections/match-expression
and of specs that Panther published.
"""

from enum import Enum
from typing import Final, NamedTuple


class Operand(Enum):
    """What a condition compares a field with."""

    NOTHING = "no `Value`"
    VALUE = "a `Value`"
    VALUES = "`Values`"


class Condition(NamedTuple):
    """What is asked of a field: `operator` says what, `negated` that it must not be so.

    With `folded`, upper and lower case are the same.
    """

    operator: str
    operand: Operand
    negated: bool = False
    folded: bool = False


class Elements(Enum):
    """How many elements of a list have to meet all expressions of a list comprehension."""

    ANY = "AnyElement"
    ALL = "AllElements"
    NONE = "NoElement"
    ONLY_ONE = "OnlyOneElement"


class Combinator(Enum):
    """How many of several expressions have to hold."""

    ALL = "All"
    ANY = "Any"
    NONE = "None"
    ONLY_ONE = "OnlyOne"


ABSOLUTE: Final = {"AlwaysTrue": True, "AlwaysFalse": False}
# The operators that two fields of an event may be compared with.
OF_TWO_FIELDS: Final = frozenset(
    ("equals", "starts", "ends", "contains", "greater", "less", "at least", "at most")
)
# What an address is asked alone.
OF_ADDRESSES: Final = frozenset(("address", "address 4", "address 6", "public", "private"))
# What is compared with an address or a network.
OF_NETWORKS: Final = frozenset(("in network", "has address"))
_TEXTS: Final = {
    "equals": ("Equals", "DoesNotEqual"),
    "starts": ("StartsWith", "DoesNotStartWith"),
    "ends": ("EndsWith", "DoesNotEndWith"),
    "contains": ("Contains", "DoesNotContain"),
}
# An operator, and the names of its condition and of the negated one; older specs have other spellings too,
# and those with `IsNot` before an address are by analogy.
_OTHERS: Final = (
    ("contains", Operand.VALUE, "Has", "DoesNotHave"),
    ("greater", Operand.VALUE, "IsGreaterThan", ""),
    ("less", Operand.VALUE, "IsLessThan", ""),
    ("at least", Operand.VALUE, "IsGreaterThanOrEquals", ""),
    ("at least", Operand.VALUE, "IsGreaterThanOrEqual", ""),
    ("at most", Operand.VALUE, "IsLessThanOrEquals", ""),
    ("at most", Operand.VALUE, "IsLessThanOrEqual", ""),
    ("in", Operand.VALUES, "IsIn", "IsNotIn"),
    ("exists", Operand.NOTHING, "Exists", "DoesNotExist"),
    ("null", Operand.NOTHING, "IsNull", "IsNotNull"),
    ("empty", Operand.NOTHING, "IsNullOrEmpty", "IsNotNullOrEmpty"),
    ("address", Operand.NOTHING, "IsIPAddress", "IsNotIPAddress"),
    ("address 4", Operand.NOTHING, "IsIPv4Address", "IsNotIPv4Address"),
    ("address 6", Operand.NOTHING, "IsIPv6Address", "IsNotIPv6Address"),
    ("public", Operand.NOTHING, "IsIPAddressPublic", "IsNotIPAddressPublic"),
    ("private", Operand.NOTHING, "IsIPAddressPrivate", "IsNotIPAddressPrivate"),
    ("in network", Operand.VALUE, "IsIPAddressInCIDR", "IsIPAddressNotInCIDR"),
    ("in network", Operand.VALUE, "", "IsNotIPAddressInCIDR"),
    ("has address", Operand.VALUE, "CIDRContainsIPAddresses", "CIDRDoesNotContainIPAddresses"),
)


def _list_conditions() -> dict[str, Condition]:
    found: dict[str, Condition] = {}
    for operator, names in _TEXTS.items():
        for name, negated in zip(names, (False, True), strict=True):
            found[name] = Condition(operator, Operand.VALUE, negated)
            found[f"I{name}"] = Condition(operator, Operand.VALUE, negated, folded=True)
    for operator, operand, name, opposite in _OTHERS:
        found[name] = Condition(operator, operand)
        found[opposite] = Condition(operator, operand, negated=True)
    return {name: condition for name, condition in found.items() if name}


CONDITIONS: Final = _list_conditions()
