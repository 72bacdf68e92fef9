"""Match expressions on whole events: fields, combinators, elements of lists, and what is told of them."""

from typing import Any

import pytest

from panther_ci.deployment_rules.expressions import Dialect, read_expressions
from panther_ci.running.confined.engine.decisions import Decider, UndecidedError
from panther_ci.running.confined.engine.panther_core.enriched_event import PantherEvent

YES, NO = {"Condition": "AlwaysTrue"}, {"Condition": "AlwaysFalse"}
BAD = {"Key": "text", "Condition": "IsGreaterThan", "Value": 1}


def explain(event: Any, *expressions: Any, dialect: Dialect = Dialect.DETECTION) -> Any:
    """The answer, the number of the deciding step, and all steps without their keys."""
    decider = Decider(dialect, explained=True)
    given = PantherEvent(event) if dialect is Dialect.DETECTION else event
    decision = decider.decide_all(read_expressions([*expressions], ("D",), dialect), given)
    return decision.held, decision.by, [tuple(step[1:]) for step in decider.steps]


def holds(event: Any, *expressions: Any, dialect: Dialect = Dialect.DETECTION) -> bool:
    held: bool = explain(event, *expressions, dialect=dialect)[0]
    quiet = Decider(dialect)
    given = PantherEvent(event) if dialect is Dialect.DETECTION else event
    assert quiet.decide_all(read_expressions([*expressions], ("D",), dialect), given) == (held, None)
    return held


@pytest.mark.parametrize(
    ("specifier", "found"),
    [
        ({"Key": "User"}, True),
        ({"Key": "user.name"}, False),
        ({"KeyPath": "user.NAME"}, True),
        ({"DeepKey": ["USER", "tags", 1, "k"]}, True),
        ({"DeepKey": ["user", "tags", 2]}, False),
        ({"DeepKey": ["user", 0]}, False),
        ({"DeepKey": ["user", "tags", "k"]}, False),
        ({"KeyPath": "user.tags[-1].k"}, True),
        ({"KeyPath": "user.tags[-3].k"}, False),
        ({"KeyPath": "user.name.first"}, False),
        ({"KeyPath": "user.tags[*].k"}, True),
        ({"KeyPath": "user.name[*].k"}, False),
    ],
)
def test_fields_are_found_in_any_case_as_far_as_they_lead(specifier, found):
    event = {"user": {"name": "x", "tags": [{"k": 1}, {"K": 2}]}}
    assert holds(event, {**specifier, "Condition": "Exists"}) is found


def test_an_exact_name_is_found_before_another_case():
    assert holds({"A": 1, "a": 2}, {"Key": "a", "Condition": "Equals", "Value": 2})
    assert holds({"A": 1, "B": 2}, {"Key": "a", "Condition": "Equals", "Value": 1})


def test_filters_find_fields_by_their_exact_names():
    condition = {"KeyPath": "a", "Condition": "Exists"}
    assert not holds({"A": 1}, condition, dialect=Dialect.FILTERS)
    assert holds({"a": 1}, condition, dialect=Dialect.FILTERS)


def test_all_items_are_a_list_of_what_they_have():
    event = {"items": [{"v": "abc"}, {}, {"v": None}, {"v": "d"}]}
    contains = {"KeyPath": "items[*].v", "Condition": "Contains", "Value": "d"}
    assert holds(event, contains)
    assert not holds(event, {**contains, "Value": "b"})
    assert not holds({}, contains)
    assert holds({"items": [{}]}, {"KeyPath": "items[*].v", "Condition": "IsNullOrEmpty"})


@pytest.mark.parametrize(
    ("combinator", "answers"),
    [
        ("All", [True, True, False, False, False]),
        ("Any", [False, True, True, True, False]),
        ("None", [True, False, False, False, True]),
        ("OnlyOne", [False, True, True, False, False]),
    ],
)
def test_a_combinator_counts_what_holds(combinator, answers):
    inner = [[], [YES], [YES, NO], [NO, YES, YES], [NO, NO]]
    if combinator == "OnlyOne":
        inner[3] = [YES, NO, YES]
    assert [holds({}, {combinator: each}) for each in inner] == answers


def test_what_is_not_needed_is_not_decided():
    event = {"text": "x"}
    assert not holds(event, NO, BAD)
    assert holds(event, {"Any": [YES, BAD]})
    assert not holds(event, {"None": [YES, BAD]})
    assert not holds(event, {"OnlyOne": [YES, YES, BAD]})
    with pytest.raises(UndecidedError) as caught:
        holds(event, YES, {"Any": [NO, BAD]})
    assert (caught.value.keys, caught.value.text) == (
        ("D", 1, "Any", 1),
        '`text` is "x", which can\'t be compared with 1',
    )


def test_a_filter_without_conditions_lets_everything_pass():
    for expressions in ([], [{"All": []}], [{"Any": []}], [{"Any": [{"All": []}]}]):
        assert holds({}, *expressions, dialect=Dialect.FILTERS)
    assert holds({})
    assert not holds({}, {"Any": []})


ITEM = {"Key": "n", "Condition": "Equals", "Value": 1}, {"Key": "k", "Condition": "Equals", "Value": 2}
MET, HALF, NOT = {"n": 1, "k": 2}, {"n": 1, "k": 0}, {"n": 0, "k": 0}


@pytest.mark.parametrize(
    ("condition", "answers"),
    [
        ("AnyElement", [False, False, False, True, True, True]),
        ("AllElements", [True, True, False, True, False, True]),
        ("NoElement", [True, True, True, False, False, False]),
        ("OnlyOneElement", [False, False, False, True, True, False]),
    ],
)
def test_elements_of_a_list_are_counted_if_they_meet_all_expressions(condition, answers):
    expression = {"Key": "items", "Condition": condition, "Expressions": [*ITEM]}
    lists = [None, [], [HALF, NOT, 5, None], [MET], [HALF, MET, NOT], [MET, MET]]
    assert [holds({"items": each}, expression) for each in lists] == answers
    assert holds({}, expression) is answers[0]


@pytest.mark.parametrize("value", ["text", 5, {"n": 1}])
def test_only_a_list_has_elements(value):
    with pytest.raises(UndecidedError, match=r"^`items` is .*, which is no list$"):
        holds({"items": value}, {"Key": "items", "Condition": "AnyElement", "Expressions": []})


def test_elements_may_be_lists_again():
    inner = {"Key": "tags", "Condition": "AnyElement", "Expressions": [{"Key": "k", "Condition": "Exists"}]}
    outer = {"Key": "items", "Condition": "AllElements", "Expressions": [inner]}
    assert holds({"items": [{"tags": [{}, {"k": 1}]}, {"tags": [{"k": 2}]}]}, outer)
    assert not holds({"items": [{"tags": [{"k": 1}]}, {"tags": []}]}, outer)


def test_two_fields_are_compared_the_first_with_the_second():
    def compare(condition: str, a: Any, b: Any) -> bool:
        fields = {"Condition": condition, "Values": [{"Key": "a"}, {"KeyPath": "o.b"}]}
        return holds({"a": a, "o": {"b": b}}, fields)

    assert compare("StartsWith", "abc", "ab")
    assert not compare("StartsWith", "ab", "abc")
    assert compare("IsGreaterThan", 5, 4)
    assert not compare("IsGreaterThan", 5, None)
    assert compare("DoesNotEqual", 1, None)
    assert compare("Contains", [1, 2], 2)
    assert not compare("Contains", "a", None)
    assert compare("IEquals", "A", "a")
    assert holds({}, {"Condition": "Equals", "Values": [{"Key": "a"}, {"Key": "b"}]})


# What is told -----------------------------------------------------------------------------------


def test_a_step_tells_what_was_found():
    event = {"user": {"type": "Root"}, "n": 5, "empty": "", "null": None}
    conditions = [
        ({"KeyPath": "user.type", "Condition": "IsIn", "Values": ["X"]}, 'is "Root", which is not in ["X"]'),
        ({"KeyPath": "user.type", "Condition": "Equals", "Value": "Root"}, 'is "Root"'),
        ({"KeyPath": "user.typ", "Condition": "DoesNotEqual", "Value": 1}, "is not in the event"),
        ({"KeyPath": "n", "Condition": "IsLessThan", "Value": 5}, "is 5, which is not less than 5"),
        ({"KeyPath": "n", "Condition": "IsGreaterThanOrEquals", "Value": 5}, "is 5, which is at least 5"),
        ({"KeyPath": "null", "Condition": "IsNull"}, "is null"),
        ({"KeyPath": "n", "Condition": "IsNull"}, "is 5, which is not null"),
        ({"KeyPath": "empty", "Condition": "IsNotNullOrEmpty"}, 'is "", which is empty'),
        ({"KeyPath": "n", "Condition": "Exists"}, "is 5, so it is there"),
        ({"KeyPath": "user", "Condition": "IsNull"}, 'is {"type": "Root"}, which is not null'),
    ]
    for expression, told in conditions:
        held, by, steps = explain(event, expression)
        assert (by, steps) == (0, [(f"`{expression['KeyPath']}` {told}", held, 0)])


def test_two_fields_are_told_with_both_values():
    fields = {"Condition": "IsGreaterThan", "Values": [{"Key": "a"}, {"Key": "b"}]}
    steps = explain({"a": 1, "b": 2}, fields)[2]
    assert steps == [("`a` is 1, which is not greater than `b`, which is 2", False, 0)]


def test_a_long_value_is_cut():
    text = explain({"a": "x" * 500}, {"Key": "a", "Condition": "IsNull"})[2][0][0]
    assert text == f'`a` is "{"x" * 79}…, which is not null'


def test_the_first_condition_that_is_not_met_decides_and_the_rest_is_asked_only():
    rest = {"Key": "b", "Condition": "IsIn", "Values": [1]}
    held, by, steps = explain({}, YES, {"All": [YES, NO, BAD]}, rest, {"Key": "c", "Condition": "Exists"})
    assert (held, by) == (False, 3)
    assert steps == [
        ("AlwaysTrue", True, 0),
        ("a condition of `All` is not met", False, 0),
        ("AlwaysTrue", True, 1),
        ("AlwaysFalse", False, 1),
        ("`text` IsGreaterThan 1", None, 1),
        ("`b` IsIn [1]", None, 0),
        ("`c` Exists", None, 0),
    ]


@pytest.mark.parametrize(
    ("expression", "by", "text"),
    [
        ({"Any": [NO, NO]}, 0, "no condition of `Any` is met"),
        ({"Any": [NO]}, 1, "AlwaysFalse"),
        ({"Any": [NO, YES]}, 2, "AlwaysTrue"),
        ({"None": [NO, YES, NO]}, 2, "AlwaysTrue"),
        ({"None": [NO, NO]}, 0, "`None` of 2 conditions"),
        ({"OnlyOne": [NO, NO]}, 0, "not exactly one condition of `OnlyOne` is met"),
        ({"OnlyOne": [YES, NO, YES]}, 3, "AlwaysTrue"),
        ({"All": [YES, YES]}, 0, "`All` of 2 conditions"),
        ({"All": [YES]}, 1, "AlwaysTrue"),
        ({"All": []}, 0, "`All` of 0 conditions"),
    ],
)
def test_the_deciding_condition_is_the_innermost_one_that_settles_it(expression, by, text):
    _, number, steps = explain({}, expression)
    assert (number, steps[by][0]) == (by, text)


def test_of_several_conditions_that_hold_none_decides():
    assert explain({}, YES, YES)[:2] == (True, None)


def test_the_element_that_comes_closest_is_told():
    expression = {"Key": "items", "Condition": "AnyElement", "Expressions": [*ITEM]}
    held, by, steps = explain({"items": [NOT, HALF, NOT]}, expression)
    assert (held, by) == (False, 2)
    assert steps == [
        ("AnyElement of `items`, which has 3 elements", False, 0),
        ("`items[1].n` is 1", True, 1),
        ("`items[1].k` is 0, which is not 2", False, 1),
    ]


def test_the_element_that_decides_is_told():
    every = {"Key": "items", "Condition": "AllElements", "Expressions": [*ITEM]}
    _, by, steps = explain({"items": [MET, NOT, HALF]}, every)
    assert (by, steps[by][0]) == (1, "`items[1].n` is 0, which is not 1")
    _, by, steps = explain({"items": [MET]}, {**every, "Condition": "NoElement"})
    assert (by, len(steps), steps[by][0]) == (0, 3, "NoElement of `items`, which has 1 element")


def test_missing_elements_are_told():
    expression = {"Key": "items", "Condition": "AnyElement", "Expressions": [*ITEM]}
    assert explain({}, expression)[2] == [("AnyElement of `items`, which is not in the event", False, 0)]
    assert explain({"items": None}, expression)[2] == [("AnyElement of `items`, which is null", False, 0)]


def test_the_steps_of_what_can_not_be_decided_end_there():
    decider = Decider(Dialect.DETECTION, explained=True)
    group = read_expressions([YES, {"Any": [BAD, YES]}], ("D",), Dialect.DETECTION)
    with pytest.raises(UndecidedError):
        decider.decide_all(group, PantherEvent({"text": "x"}))
    assert [step[1:3] for step in decider.steps] == [
        ["AlwaysTrue", True],
        ["`Any` of 2 conditions", None],
        ['`text` is "x", which can\'t be compared with 1', None],
    ]
    assert decider.steps[2][0] == ["D", 1, "Any", 0]
