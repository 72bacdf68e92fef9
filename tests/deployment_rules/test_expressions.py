"""What a list of match expressions says, and what of it only a deployment decides."""

from typing import Any

import pytest

from panther_ci.deployment_rules.conditions import CONDITIONS, Combinator, Elements, Operand
from panther_ci.deployment_rules.expressions import (
    Absolute,
    Comprehension,
    Dialect,
    ExpressionError,
    FieldTest,
    Group,
    read_expressions,
    read_field,
)
from panther_ci.deployment_rules.key_paths import Field


def read(*expressions: Any, dialect: Dialect = Dialect.DETECTION) -> tuple[Any, ...]:
    return read_expressions([*expressions], ("D",), dialect).inner


def refusal(*expressions: Any, dialect: Dialect = Dialect.DETECTION) -> tuple[Any, str]:
    with pytest.raises(ExpressionError) as caught:
        read(*expressions, dialect=dialect)
    return caught.value.keys, caught.value.problem


def test_a_condition_on_a_field():
    (test,) = read({"KeyPath": "a.b", "Condition": "DoesNotEqual", "Value": 5})
    equals = CONDITIONS["DoesNotEqual"]
    assert test == FieldTest(("D", 0), Field("a.b", ("a", "b")), "DoesNotEqual", equals, 5)
    assert (equals.operator, equals.negated, equals.folded) == ("equals", True, False)


@pytest.mark.parametrize(
    ("specifier", "field"),
    [
        ({"Key": "a.b"}, Field("a.b", ("a.b",))),
        ({"DeepKey": ["a", 0, "b"]}, Field("a[0].b", ("a", 0, "b"))),
        ({"KeyPath": "a[0]"}, Field("a[0]", ("a", 0))),
    ],
)
def test_a_field_is_named_in_three_ways(specifier, field):
    assert read_field(specifier, ()) == field
    assert read({**specifier, "Condition": "Exists"})[0].field == field


@pytest.mark.parametrize(
    ("specifier", "problem"),
    [
        ({}, "a field is named by one of `Key`, `DeepKey` and `KeyPath`"),
        ({"Key": "a", "KeyPath": "a"}, "a field is named by one of `Key`, `DeepKey` and `KeyPath`"),
        ({"Key": 5}, "`Key` has a value that names no field"),
        ({"DeepKey": []}, "`DeepKey` has a value that names no field"),
        ({"DeepKey": ["a", True]}, "`DeepKey` has a value that names no field"),
        ({"DeepKey": "ab"}, "`DeepKey` has a value that names no field"),
        ({"KeyPath": None}, "`KeyPath` has a value that names no field"),
        ({"KeyPath": "a | b"}, "only a deployment reads the path `a | b`"),
        ({"KeyPath": "a[*].b[*]"}, "only a deployment reads a path with several `[*]`: `a[*].b[*]`"),
    ],
)
def test_a_field_has_one_name_that_can_be_read(specifier, problem):
    assert refusal({**specifier, "Condition": "Exists"}) == (("D", 0), problem)


def test_what_is_no_mapping_names_no_field():
    with pytest.raises(ExpressionError):
        read_field("a", ())


def test_a_row_of_a_lookup_table_is_a_field_of_the_event():
    enrichment = {"Table": "t", "Selector": "a.b", "FieldPath": "c[0]"}
    (test,) = read({"Enrichment": enrichment, "Condition": "IsIn", "Values": [1]})
    assert test.field == Field("p_enrichment.t.a.b.c[0]", ("p_enrichment", "t", "a.b", "c", 0))


@pytest.mark.parametrize(
    ("expression", "keys"),
    [
        ({"Enrichment": {"Table": "t", "Selector": "s"}}, ("D", 0, "Enrichment")),
        ({"Enrichment": "t"}, ("D", 0, "Enrichment")),
        ({"Enrichment": {"Table": "t", "Selector": "s", "FieldPath": 1}}, ("D", 0, "Enrichment")),
        (
            {"Enrichment": {"Table": "t", "Selector": "s", "FieldPath": ""}},
            ("D", 0, "Enrichment", "FieldPath"),
        ),
        ({"Key": "a", "Enrichment": {}}, ("D", 0)),
    ],
)
def test_an_enrichment_is_whole_and_alone(expression, keys):
    assert refusal({**expression, "Condition": "Exists"})[0] == keys


def test_combinators_are_inside_of_each_other():
    inner = {"All": [{"Condition": "AlwaysTrue"}, {"OnlyOne": []}]}
    (group,) = read({"None": [inner]})
    assert group == Group(
        ("D", 0),
        Combinator.NONE,
        (
            Group(
                ("D", 0, "None", 0),
                Combinator.ALL,
                (
                    Absolute(("D", 0, "None", 0, "All", 0), True),
                    Group(("D", 0, "None", 0, "All", 1), Combinator.ONLY_ONE, ()),
                ),
            ),
        ),
    )


def test_a_condition_on_the_elements_of_a_list():
    inner = {"Key": "a", "Condition": "Exists"}
    (found,) = read({"Key": "items", "Condition": "NoElement", "Expressions": [inner]})
    assert isinstance(found, Comprehension)
    assert (found.elements, found.field.name) == (Elements.NONE, "items")
    assert found.inner[0].keys == ("D", 0, "Expressions", 0)


def test_two_fields_are_compared():
    (test,) = read({"Condition": "StartsWith", "Values": [{"Key": "a"}, {"DeepKey": ["b", "c"]}]})
    assert (test.field.name, test.other) == ("a", Field("b.c", ("b", "c")))


@pytest.mark.parametrize(
    "expression",
    [
        {"Condition": "Equals", "Values": [{"Key": "a"}]},
        {"Condition": "Equals", "Values": [{"Key": "a"}, {"Key": "b"}, {"Key": "c"}]},
        {"Condition": "Equals", "Key": "a", "Values": [{"Key": "a"}, {"Key": "b"}]},
        {"Condition": "IsIn", "Values": [{"Key": "a"}, {"Key": "b"}]},
        {"Condition": "Exists", "Values": [{"Key": "a"}, {"Key": "b"}]},
        {"Condition": "Equals", "Values": [{"Key": "a"}, 5]},
    ],
)
def test_two_fields_are_exactly_two_and_what_they_are_compared_by_takes_a_value(expression):
    assert refusal(expression)[0] == ("D", 0)


@pytest.mark.parametrize(
    ("rest", "problem"),
    [
        ({"Condition": "Equals"}, "`Equals` takes a `Value`"),
        ({"Condition": "Equals", "Values": [1]}, "`Equals` takes a `Value`"),
        ({"Condition": "IsIn", "Value": 1}, "`IsIn` takes `Values`"),
        ({"Condition": "IsIn", "Values": 1}, "`IsIn` compares with numbers, texts and booleans only"),
        ({"Condition": "IsIn", "Values": [1, []]}, "`IsIn` compares with numbers, texts and booleans only"),
        ({"Condition": "Exists", "Value": True}, "`Exists` takes no `Value`"),
        ({"Condition": "IsNull", "Expressions": []}, "`IsNull` takes no `Value`"),
        ({"Condition": "Equals", "Value": {}}, "`Equals` compares with numbers, texts and booleans only"),
        ({"Condition": "IsIPAddress", "Value": False}, "`IsIPAddress` takes no `Value`"),
        (
            {"Condition": "AnyElement", "Expressions": [], "Value": 1},
            "`AnyElement` has `Expressions` and no values",
        ),
        ({"Condition": "AnyElement"}, "expressions are a list"),
        ({"Condition": "AlwaysTrue"}, "only a deployment decides the condition `AlwaysTrue`"),
        ({"Condition": "Equal", "Value": 1}, "only a deployment decides the condition `Equal`"),
        ({"Condition": 5}, "an expression has a `Condition`, or All, Any, None or OnlyOne alone"),
        ({}, "an expression has a `Condition`, or All, Any, None or OnlyOne alone"),
        ({"Condition": "Exists", "Val": 1}, "an expression has no key `Val`"),
        ({"Any": []}, "an expression has no key `Any`"),
    ],
)
def test_an_expression_has_one_of_the_known_shapes(rest, problem):
    assert refusal({"Key": "a", **rest})[1] == problem


def test_an_unknown_condition_is_told_at_its_name():
    assert refusal({"Key": "a", "Condition": "x" * 100}) == (
        ("D", 0, "Condition"),
        f"only a deployment decides the condition `{'x' * 60}…`",
    )


def test_older_specs_say_that_an_address_is_one():
    (test,) = read({"Key": "a", "Condition": "IsIPAddressPublic", "Value": True})
    assert (test.condition.operator, test.wanted) == ("public", None)


@pytest.mark.parametrize("value", [5, "a", None, {}])
def test_expressions_are_a_list_of_mappings(value):
    with pytest.raises(ExpressionError, match=r"^expressions are a list$"):
        read_expressions(value, ("D",), Dialect.DETECTION)
    if value != {}:
        assert refusal(value) == (("D", 0), "an expression is a mapping")


def test_expressions_that_nest_without_end_are_not_read():
    expression: Any = {"Condition": "AlwaysTrue"}
    for _ in range(40):
        expression = {"All": [expression]}
    assert refusal(expression)[1] == "the expressions nest too deeply"


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ({"Key": "a", "Condition": "Exists"}, "`InlineFilters` name fields by `KeyPath`, not by `Key`"),
        (
            {"DeepKey": ["a"], "Condition": "Exists"},
            "`InlineFilters` name fields by `KeyPath`, not by `DeepKey`",
        ),
        ({"None": []}, "`InlineFilters` have no `None`"),
        ({"OnlyOne": []}, "`InlineFilters` have no `OnlyOne`"),
        ({"Condition": "AlwaysTrue"}, "only a deployment decides the condition `AlwaysTrue`"),
        (
            {"KeyPath": "a", "Condition": "AnyElement", "Expressions": []},
            "only a deployment decides the condition `AnyElement`",
        ),
        (
            {"Condition": "Equals", "Values": [{"KeyPath": "a"}, {"KeyPath": "b"}]},
            "`Values` are values, or two fields and nothing else",
        ),
        ({"KeyPath": "a-b", "Condition": "Exists"}, "only a deployment reads the path `a-b`"),
    ],
)
def test_filters_have_fewer_shapes(expression, problem):
    assert refusal(expression, dialect=Dialect.FILTERS)[1] == problem


def test_filters_have_paths_with_several_wildcards():
    (group,) = read(
        {"Any": [{"All": []}, {"KeyPath": "a[*].b[*]", "Condition": "IsNullOrEmpty"}]},
        dialect=Dialect.FILTERS,
    )
    assert group.inner[1].field.name == "a[*].b[*]"


def test_a_condition_has_a_twin_in_any_case_and_an_opposite():
    texts = {name for name in CONDITIONS if f"I{name}" in CONDITIONS}
    assert len(texts) == 8
    assert {CONDITIONS[f"I{name}"] for name in texts} == {
        CONDITIONS[name]._replace(folded=True) for name in texts
    }
    assert CONDITIONS["IsGreaterThanOrEqual"] == CONDITIONS["IsGreaterThanOrEquals"]
    assert CONDITIONS["IsNotIn"] == CONDITIONS["IsIn"]._replace(negated=True)
    assert {each.operand for each in CONDITIONS.values()} == set(Operand)
