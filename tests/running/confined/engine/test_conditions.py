"""Each condition on a value: for which it holds, and where it can't be decided."""

from typing import Any

import pytest

from panther_ci.deployment_rules.conditions import CONDITIONS, Operand
from panther_ci.deployment_rules.expressions import Dialect, read_expressions
from panther_ci.running.confined.engine.decisions import Decider, UndecidedError
from panther_ci.running.confined.engine.panther_core.enriched_event import PantherEvent

MISSING = object()
UNDECIDED = "undecided"


def decide(condition: str, wanted: Any, value: Any, dialect: Dialect = Dialect.DETECTION) -> Any:
    """Whether a condition holds for the field `f` of an event."""
    operand = {Operand.NOTHING: {}, Operand.VALUE: {"Value": wanted}, Operand.VALUES: {"Values": wanted}}
    expression = {"KeyPath": "f", "Condition": condition, **operand[CONDITIONS[condition].operand]}
    event = {} if value is MISSING else {"f": value}
    given = PantherEvent(event) if dialect is Dialect.DETECTION else event
    try:
        return Decider(dialect).decide_all(read_expressions([expression], ("D",), dialect), given).held
    except UndecidedError:
        return UNDECIDED


# A condition, what it compares with, values for which it holds, values for which it does not, and those of a
# type for which it can't be decided. Of a missing field the last two columns say the same as of null.
TABLE = [
    ("Equals", "a", ["a"], ["A", "b", 1, ["a"], {}, None], []),
    ("Equals", 1, [1, 1.0, True], ["1", 2, [1], None], []),
    ("Equals", True, [True, 1], [False, "true", None], []),
    ("Equals", None, [None], ["", 0, False, [], {}], []),
    ("DoesNotEqual", "a", ["A", 1, ["a"], None], ["a"], []),
    ("IEquals", "Ab", ["aB", "Ab"], ["b", 1, ["ab"], None], []),
    ("IDoesNotEqual", "Ab", ["b", None], ["aB"], []),
    ("StartsWith", "ab", ["abc", "ab"], ["ABc", "cab", ["ab"], 5, None], []),
    ("DoesNotStartWith", "ab", ["cab", 5, ["ab"], None], ["abc"], []),
    ("IStartsWith", "aB", ["ABc"], ["cab", 5, None], []),
    ("IDoesNotStartWith", "aB", ["cab", None], ["ABc"], []),
    ("EndsWith", "bc", ["abc", "bc"], ["aBC", "bca", ["bc"], 5, None], []),
    ("DoesNotEndWith", "bc", ["bca", 5, None], ["abc"], []),
    ("IEndsWith", "Bc", ["abC"], ["bca", None], []),
    ("IDoesNotEndWith", "Bc", ["bca", None], ["abC"], []),
    ("Contains", "b", ["abc", "b", ["a", "b"]], ["B", ["abc"], [], None], [5, True, {"b": 1}]),
    ("Contains", 1, [[1, 2], [True]], [["1"], None], ["1", 1]),
    ("DoesNotContain", "b", ["ac", ["abc"], [], None], ["abc", ["b"]], [5]),
    ("IContains", "bC", ["aBcd", ["Bc"]], ["b", ["abc"], [5], None], [5]),
    ("IDoesNotContain", "bC", ["b", None], ["aBcd", ["Bc"]], [5]),
    ("Has", "b", ["abc"], ["ac", None], [5]),
    ("DoesNotHave", "b", ["ac", None], ["abc"], [5]),
    ("IsGreaterThan", 5, [6, 5.5], [5, 4, None], ["6", [6], {}]),
    ("IsGreaterThan", "b", ["c"], ["b", "a", None], [5]),
    ("IsLessThan", 5, [4, -1.5], [5, 6, None], ["4"]),
    ("IsGreaterThanOrEquals", 5, [5, 6], [4, None], ["5"]),
    ("IsGreaterThanOrEqual", 5, [5, 6], [4, None], ["5"]),
    ("IsLessThanOrEquals", 5, [5, 4], [6, None], ["5"]),
    ("IsLessThanOrEqual", 5, [5, 4], [6, None], ["5"]),
    ("IsIn", ["a", 1], ["a", 1, True], ["A", "1", ["a"], None], []),
    ("IsNotIn", ["a", 1], ["b", "1", ["a"], None], ["a", 1], []),
    ("IsNull", ..., [None], ["", 0, False, [], {}], []),
    ("IsNotNull", ..., ["", 0, False, [], {}], [None], []),
    ("IsNullOrEmpty", ..., [None, "", [], {}], [0, False, " ", [None], {"a": None}], []),
    ("IsNotNullOrEmpty", ..., [0, False, " ", [None]], [None, "", [], {}], []),
    ("IsIPAddress", ..., ["1.2.3.4", "::1"], ["1.2.3", "a.b", "1.2.3.0/24", 5, ["1.2.3.4"], None], []),
    ("IsIPv4Address", ..., ["1.2.3.4"], ["::1", "x", None], []),
    ("IsIPv6Address", ..., ["::1"], ["1.2.3.4", "x", None], []),
    ("IsIPAddressPublic", ..., ["8.8.8.8", "2600::1"], ["10.0.0.1", "::1", None], ["host", "", ["8.8.8.8"]]),
    ("IsIPAddressPrivate", ..., ["10.0.0.1", "::1"], ["8.8.8.8", None], ["host", "", ["10.0.0.1"]]),
    ("IsNotIPAddress", ..., ["x", 5, None], ["1.2.3.4"], []),
    ("IsNotIPv4Address", ..., ["::1", "x", None], ["1.2.3.4"], []),
    ("IsNotIPv6Address", ..., ["1.2.3.4", "x", None], ["::1"], []),
    ("IsNotIPAddressPublic", ..., ["10.0.0.1", None], ["8.8.8.8"], ["host"]),
    ("IsNotIPAddressPrivate", ..., ["8.8.8.8", None], ["10.0.0.1"], ["host"]),
    ("IsNotIPAddressInCIDR", "10.0.0.0/8", ["11.0.0.1", None], ["10.1.2.3"], ["x"]),
    ("IsIPAddressInCIDR", "10.0.0.0/8", ["10.1.2.3", "10.1.0.0/16"], ["11.0.0.1", "::1", None], ["x", []]),
    ("IsIPAddressInCIDR", "10.0.0.1/8", ["10.1.2.3"], [], []),
    ("IsIPAddressInCIDR", "ten", [], [], ["10.1.2.3", None]),
    ("IsIPAddressInCIDR", 1.5, [], [], ["10.1.2.3", None]),
    ("IsIPAddressNotInCIDR", "10.0.0.0/8", ["11.0.0.1", None], ["10.1.2.3"], ["x"]),
    ("CIDRContainsIPAddresses", "::/8", [["::1"], ["1.1.1.1", "::1"]], [[], ["1.1.1.1"], None], ["::1"]),
    ("CIDRContainsIPAddresses", "::/8", [], [], [["x"], {}]),
    ("CIDRDoesNotContainIPAddresses", "::/8", [[], ["1.1.1.1"], None], [["::1"]], ["::1"]),
]


@pytest.mark.parametrize(
    ("condition", "wanted", "true", "false", "undecided"), TABLE, ids=lambda each: str(each)[:20]
)
def test_a_condition_of_a_simple_detection(condition, wanted, true, false, undecided):
    for values, answer in ((true, True), (false, False), (undecided, UNDECIDED)):
        for value in values:
            assert decide(condition, wanted, value) == answer, value
            if value is None:
                assert decide(condition, wanted, MISSING) == answer, "missing"


# Where inline filters differ.
OF_FILTERS = [
    ("Contains", "b", ["abc", ["b"], ["abc"], {"b": 1}], [["ac"], {"c": 1}, None], [5, [5], [None], True]),
    ("Contains", 5, [[5]], [["5"], []], ["5", 5]),
    ("DoesNotContain", "b", [["ac"], [], None], ["abc", ["abc"]], [5]),
    ("IContains", "B", ["aBc", ["abc"], ["x", "aB"], {"B": 1}], [{"b": 1}, [5, None], [], None, 0], [5]),
    ("IContains", 5, [[5], ["b", 5]], [["b"], [None], []], ["5", 5]),
    ("IDoesNotContain", "B", [[5], None, ""], ["abc", ["abc"]], [5]),
    ("IsIn", ["a", 1], ["a", ["x", "a"], True], ["b", [], ["x"], None], []),
    ("IsNotIn", ["a", 1], ["b", ["x"], None], ["a", ["a", "x"]], []),
]


@pytest.mark.parametrize(
    ("condition", "wanted", "true", "false", "undecided"), OF_FILTERS, ids=lambda each: str(each)[:20]
)
def test_a_condition_of_a_filter(condition, wanted, true, false, undecided):
    for values, answer in ((true, True), (false, False), (undecided, UNDECIDED)):
        for value in values:
            assert decide(condition, wanted, value, Dialect.FILTERS) == answer, value


@pytest.mark.parametrize("row", TABLE, ids=lambda row: str(row[:2])[:30])
def test_the_other_conditions_of_filters_are_the_same(row):
    condition, wanted, true, false, undecided = row
    if CONDITIONS[condition].operator not in ("contains", "in"):
        for value in (*true, *false, *undecided):
            expected = decide(condition, wanted, value)
            assert decide(condition, wanted, value, Dialect.FILTERS) == expected, value


@pytest.mark.parametrize("dialect", Dialect)
def test_existence_is_presence(dialect):
    for value, there in ((None, True), (0, True), (MISSING, False)):
        assert decide("Exists", ..., value, dialect) is there
        assert decide("DoesNotExist", ..., value, dialect) is not there


def test_every_condition_has_its_row():
    assert {row[0] for row in TABLE} | {"Exists", "DoesNotExist"} == set(CONDITIONS)
