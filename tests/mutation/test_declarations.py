"""Declared detections get one fault at a time, in every kind of place."""

import json

import pytest

from panther_ci.mutation.declarations import vary_declaration


def changes(detection):
    variants = vary_declaration(json.dumps({"Detection": detection}).encode())
    return [(variant.keys, variant.before, variant.after) for variant in variants]


def equals(value):
    return {"Key": "a", "Condition": "Equals", "Value": value}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"Key": "a"}, [("Key", '"a"', '"mutant_a"')]),
        ({"KeyPath": "a.b"}, [("KeyPath", '"a.b"', '"mutant_a.b"')]),
        ({"Condition": "Equals"}, [("Condition", '"Equals"', '"DoesNotEqual"')]),
        ({"Condition": "IsNotIn"}, [("Condition", '"IsNotIn"', '"IsIn"')]),
        (
            {"Condition": "IsLessThan"},
            [
                ("Condition", '"IsLessThan"', '"IsLessThanOrEquals"'),
                ("Condition", '"IsLessThan"', '"IsGreaterThan"'),
            ],
        ),
        ({"Condition": "Unheard"}, []),
        ({"Value": "x"}, [("Value", '"x"', '"mutant x"')]),
        ({"Value": True}, [("Value", "true", "false")]),
        ({"Value": 3}, [("Value", "3", "4"), ("Value", "3", "2")]),
        ({"MinMatchCount": 1}, [("MinMatchCount", "1", "2")]),
        ({"MaxMatchCount": 2}, [("MaxMatchCount", "2", "1"), ("MaxMatchCount", "2", "3")]),
        ({"LookbackWindowMinutes": 1}, [("LookbackWindowMinutes", "1", "2")]),
        (
            {"WithinTimeFrameMinutes": 10},
            [("WithinTimeFrameMinutes", "10", "5"), ("WithinTimeFrameMinutes", "10", "20")],
        ),
        ({"Absence": True}, [("Absence", "true", "false")]),
        ({"RuleID": "A", "ID": "b", "TimeoutMinutes": 3}, []),
    ],
)
def test_a_value_becomes_another(expression, expected):
    assert changes([expression]) == [((0, key), before, after) for key, before, after in expected]


def test_an_entry_of_several_is_left_out():
    assert [(keys, after) for keys, _, after in changes([{}, {}])] == [((0,), ""), ((1,), "")]
    assert changes([{}]) == []
    values = [change for change in changes([{"Values": [1, 2]}]) if change[2] == ""]
    assert values == [((0, "Values", 0), "1", ""), ((0, "Values", 1), "2", "")]


def test_one_value_of_a_list_becomes_another():
    assert changes([{"Values": ["x"]}]) == [((0, "Values", 0), '"x"', '"mutant x"')]


def test_the_last_key_of_a_path_becomes_another():
    assert changes([{"DeepKey": ["a", "b"]}]) == [((0, "DeepKey", 1), '"b"', '"mutant b"')]


@pytest.mark.parametrize(
    ("key", "other"), [("All", "Any"), ("Any", "All"), ("None", "Any"), ("OnlyOne", "Any")]
)
def test_a_combination_becomes_another(key, other):
    assert changes([{key: [{}, {}]}])[0] == ((0, key), key, other)


def test_a_combination_of_one_is_the_same_with_all_and_any():
    assert changes([{"All": [{}]}]) == []
    assert changes([{"None": [{}]}]) == [((0, "None"), "None", "Any")]


def test_transitions_are_turned_round_and_matched_less():
    transition = {"From": "a", "To": "b", "Match": [{"On": "user"}]}
    found = changes([{"Sequence": [], "Transitions": [transition]}])
    here = (0, "Transitions", 0)
    assert found == [
        ((*here, "To"), "a then b", "b then a"),
        ((*here, "Match"), "Match", ""),
        ((*here, "Match", 0, "On"), '"user"', '"mutant_user"'),
    ]


def test_criteria_are_left_out_one_by_one_and_together():
    criteria = [{"GroupID": "a", "Match": "x"}, {"GroupID": "b", "Match": "y"}]
    found = changes([{"Group": [], "MatchCriteria": {"c": criteria}}])
    here = (0, "MatchCriteria")
    assert [(keys, after) for keys, _, after in found] == [
        (here, ""),
        ((*here, "c", 0), ""),
        ((*here, "c", 1), ""),
    ]


@pytest.mark.parametrize(
    ("network", "others"),
    [
        ("10.0.0.0/8", {'"0.0.0.0/0"', '"255.255.255.255/32"'}),
        ("fe80::/10", {'"::/0"', '"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128"'}),
    ],
)
def test_a_network_becomes_another_network(network, others):
    condition = {"Condition": "IsNotIPAddressInCIDR", "Value": network}
    assert {after for _, _, after in changes([condition])} == others


def test_a_variant_differs_in_that_place_alone():
    declared = {"Detection": [{"All": [equals(1), equals(2)]}], "AlertTitle": "t"}
    variants = [json.loads(each.text) for each in vary_declaration(json.dumps(declared).encode())]
    assert {variant["AlertTitle"] for variant in variants} == {"t"}
    assert variants[0]["Detection"] == [{"Any": [equals(1), equals(2)]}]
    assert variants[1]["Detection"] == [{"All": [equals(2)]}]
    assert len({json.dumps(each) for each in variants}) == len(variants)
