"""What was found of a condition is told in words, whether it holds or not."""

import pytest

from panther_ci.deployment_rules.expressions import Dialect, read_expressions
from panther_ci.deployment_rules.key_paths import Field
from panther_ci.running.confined.engine.conditions_in_words import Scope, ask, describe, name_of
from panther_ci.running.confined.engine.panther_core.immutable import MISSING


@pytest.mark.parametrize(
    ("operator", "holds", "fails"),
    [
        ("equals", "", ", which is not 7"),
        ("starts", ", which starts with 7", ", which does not start with 7"),
        ("ends", ", which ends with 7", ", which does not end with 7"),
        ("contains", ", which contains 7", ", which does not contain 7"),
        ("greater", ", which is greater than 7", ", which is not greater than 7"),
        ("less", ", which is less than 7", ", which is not less than 7"),
        ("at least", ", which is at least 7", ", which is less than 7"),
        ("at most", ", which is at most 7", ", which is greater than 7"),
        ("in", ", which is in 7", ", which is not in 7"),
        ("exists", ", so it is there", ""),
        ("null", "", ", which is not null"),
        ("empty", ", which is empty", ", which is not empty"),
        ("address", ", which is an IP address", ", which is no IP address"),
        ("address 4", ", which is an IPv4 address", ", which is no IPv4 address"),
        ("address 6", ", which is an IPv6 address", ", which is no IPv6 address"),
        ("public", ", which is a public address", ", which is no public address"),
        ("private", ", which is a private address", ", which is no private address"),
        ("in network", ", which is in 7", ", which is not in 7"),
        ("has address", ", of which some are in 7", ", of which none is in 7"),
    ],
)
def test_each_operator_has_its_words(operator: str, holds: str, fails: str) -> None:
    told = [describe("a", 1, operator, fact, "7") for fact in (True, False)]
    assert told == [f"`a` is 1{holds}", f"`a` is 1{fails}"]
    assert describe("a", MISSING, operator, False, "7") == "`a` is not in the event"


@pytest.mark.parametrize(
    ("field", "within", "named"),
    [("a", "", "a"), ("a", "items[0]", "items[0].a"), ("[1]", "items[0]", "items[0][1]"), ("[1]", "", "[1]")],
)
def test_a_field_is_named_from_the_root_of_the_event(field: str, within: str, named: str) -> None:
    assert name_of(Field(field, ()), Scope(None, within)) == named


ALWAYS = {"Condition": "AlwaysTrue"}


@pytest.mark.parametrize(
    ("expression", "asked"),
    [
        ({"Key": "a", "Condition": "Equals", "Value": "x"}, '`a` Equals "x"'),
        ({"Key": "a", "Condition": "Exists"}, "`a` Exists"),
        ({"Condition": "Equals", "Values": [{"Key": "a"}, {"KeyPath": "b.c"}]}, "`a` Equals `b.c`"),
        ({"Condition": "AlwaysFalse"}, "AlwaysFalse"),
        ({"All": [ALWAYS]}, "`All` of 1 condition"),
        ({"Any": [ALWAYS, ALWAYS]}, "`Any` of 2 conditions"),
    ],
)
def test_what_a_condition_asks_is_told_in_the_words_of_the_spec(expression: object, asked: str) -> None:
    (read,) = read_expressions([expression], ("Detection",), Dialect.DETECTION).inner
    assert ask(read, Scope({})) == asked
