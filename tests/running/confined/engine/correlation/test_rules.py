"""What makes an alert of a correlation rule, case by case; times are minutes unless they are texts."""

import pytest

from panther_ci.deployment_rules.correlation import read_correlation
from panther_ci.running.confined.engine.correlation.group import find_group
from panther_ci.running.confined.engine.correlation.sequence import find_sequence
from panther_ci.running.confined.engine.correlation.timelines import Timelines


def entry(name, **more):
    return {"ID": name, "RuleID": f"Rule.{name}", **more}


def no(name):
    return entry(name, Absence=True)


def to(first, second, minutes=None, **match):
    frame = {} if minutes is None else {"WithinTimeFrameMinutes": minutes}
    return {"From": first, "To": second, **frame, **({"Match": [match]} if match else {})}


def sequence(*entries, links=(), lookback=60):
    return {"Sequence": list(entries), "Transitions": list(links), "LookbackWindowMinutes": lookback}


def group(*entries, on=(), lookback=60, **more):
    items = [{"GroupID": name, "Match": field} for name, field in on]
    criteria = {"MatchCriteria": {"who": items}} if items else {}
    return {"Group": list(entries), **criteria, "LookbackWindowMinutes": lookback, **more}


def alerts(form, **outputs):
    listed = [{"ID": name, "Matches": matches} for name, matches in outputs.items()]
    rule = read_correlation([form])
    return (find_sequence if rule.ordered else find_group)(rule, Timelines(rule, listed), False).alerts


def at(*times, field="user", value="bob"):
    return {field: {value: list(times)}}


A_THEN_B = sequence(entry("a"), entry("b"), links=[to("a", "b", 10, On="user")])
A_THEN_NO_B = sequence(entry("a"), no("b"), links=[to("a", "b", 10, On="user")])
NO_A_THEN_B = sequence(no("a"), entry("b"), links=[to("a", "b", 10, On="user")])
FIELDS = sequence(entry("a"), entry("b"), links=[to("a", "b", 10, From="user", To="name")])
FIVE_THEN_B = sequence(entry("a", MinMatchCount=5), entry("b"), links=[to("a", "b", 10, On="user")])
A_NO_B_C = sequence(entry("a"), no("b"), entry("c"), links=[to("a", "b", 5), to("b", "c", 5)])
THREE = sequence(entry("a"), entry("b"), entry("c"), links=[to("a", "b", 10), to("b", "c", 10)], lookback=15)
CLOSE = sequence(entry("a"), entry("b"), entry("c"), links=[to("a", "b", 3), to("b", "c", 10)])
DEFAULT = {"Sequence": [entry("a"), entry("b")]}


@pytest.mark.parametrize(
    ("form", "outputs", "expected"),
    [
        (A_THEN_B, {"a": at(0), "b": at(10)}, True),
        (A_THEN_B, {"a": at(0), "b": at(11)}, False),
        (A_THEN_B, {"a": at(5), "b": at(5)}, True),
        (A_THEN_B, {"a": at(5), "b": at(4)}, False),
        (A_THEN_B, {"a": at(0, 30), "b": at(35)}, True),
        (A_THEN_B, {"a": at(0), "b": at(5, value="eve")}, False),
        (A_THEN_B, {"a": at(0), "b": at(5, field="name")}, False),
        (A_THEN_B, {"a": at(0)}, False),
        (FIELDS, {"a": at(0), "b": at(5, field="name")}, True),
        (FIELDS, {"a": at(0), "b": at(5)}, False),
        # A later "a" is needed after what must not come between, and then a "c" after that.
        (A_NO_B_C, {"a": at(1, 4), "b": at(2), "c": at(3)}, False),
        (A_NO_B_C, {"a": at(1, 4), "b": at(2), "c": at(3, 5)}, True),
        (FIVE_THEN_B, {"a": at(0, 1, 2, 3, 4), "b": at(14)}, True),
        (FIVE_THEN_B, {"a": at(0, 1, 2, 3, 4), "b": at(3)}, False),
        (FIVE_THEN_B, {"a": at(0, 1, 2, 3), "b": at(4)}, False),
        (FIVE_THEN_B, {"a": at(0, 0, 0, 0, 0), "b": at(0)}, True),
        (A_THEN_NO_B, {"a": at(0)}, True),
        (A_THEN_NO_B, {"a": at(0), "b": at(10)}, False),
        (A_THEN_NO_B, {"a": at(0), "b": at(11)}, True),
        (A_THEN_NO_B, {"a": at(5), "b": at(5)}, False),
        (A_THEN_NO_B, {"a": at(0, 5), "b": at(5)}, False),
        (A_THEN_NO_B, {"a": at(1), "b": at(0)}, True),
        (A_THEN_NO_B, {"a": at(0, 40), "b": at(5)}, True),
        (NO_A_THEN_B, {"b": at(0)}, True),
        (NO_A_THEN_B, {"a": at(0), "b": at(10)}, False),
        (NO_A_THEN_B, {"a": at(0), "b": at(11)}, True),
        (NO_A_THEN_B, {"a": at(0, value="eve"), "b": at(5)}, True),
        (A_NO_B_C, {"a": at(0), "c": at(10)}, True),
        (A_NO_B_C, {"a": at(0), "c": at(11)}, False),
        (A_NO_B_C, {"a": at(0), "b": at(5), "c": at(10)}, False),
        (A_NO_B_C, {"a": at(0), "b": at(11), "c": at(10)}, True),
        (THREE, {"a": at(0), "b": at(7), "c": at(15)}, True),
        (THREE, {"a": at(0), "b": at(8), "c": at(16)}, False),
        # An "a" near enough moves "b" on, and that one "c".
        (CLOSE, {"a": at(0, 10), "b": at(5, 12), "c": at(6)}, False),
        (CLOSE, {"a": at(0, 10), "b": at(5, 12), "c": at(6, 13)}, True),
        (DEFAULT, {"a": at(0), "b": at(15, value="eve")}, True),
        (DEFAULT, {"a": at(0), "b": at(16)}, False),
        (sequence(no("a")), {}, False),
        (sequence(entry("a", MinMatchCount=2), links=[to("a", "a", 5)]), {"a": at(0, 5)}, True),
        (sequence(entry("a", MinMatchCount=2), links=[to("a", "a", 5)]), {"a": at(0, 6)}, False),
        (sequence(entry("a", MaxMatchCount=2), lookback=10), {"a": at(0, 5)}, True),
        (sequence(entry("a", MaxMatchCount=2), lookback=10), {"a": at(0, 5, 10)}, False),
    ],
)
def test_sequences(form, outputs, expected):
    assert alerts(form, **outputs) is expected


ON_USER = [("a", "user"), ("b", "user")]
BOTH = group(entry("a"), entry("b"), on=ON_USER)
A_WITHOUT_B = group(entry("a"), no("b"), on=ON_USER)
ANY_TWO = group(entry("a"), entry("b"), entry("c"), MinMatchCount=2)


@pytest.mark.parametrize(
    ("form", "outputs", "expected"),
    [
        (BOTH, {"a": at(0), "b": at(60)}, True),
        (BOTH, {"a": at(60), "b": at(0)}, True),
        (BOTH, {"a": at(0), "b": at(61)}, False),
        (BOTH, {"a": at(0), "b": at(0, value="eve")}, False),
        (group(entry("a"), entry("b")), {"a": at(0), "b": at(0, value="eve")}, True),
        (group(entry("a"), entry("b"), on=[("a", "user"), ("b", "name")]), {"a": at(0), "b": at(1)}, False),
        (group(entry("a", MinMatchCount=2), entry("b")), {"a": at(0, 59), "b": at(60)}, True),
        (group(entry("a", MinMatchCount=2), entry("b")), {"a": at(0, 61), "b": at(60)}, False),
        (A_WITHOUT_B, {"a": at(0)}, True),
        (A_WITHOUT_B, {"a": at(0), "b": at(60)}, False),
        (A_WITHOUT_B, {"a": at(60), "b": at(0)}, False),
        (A_WITHOUT_B, {"a": at(0), "b": at(61)}, True),
        (A_WITHOUT_B, {"a": at(0), "b": at(1, value="eve")}, True),
        (group(no("a")), {}, False),
        (A_WITHOUT_B, {"a": at(100), "b": at(200)}, True),
        (A_WITHOUT_B, {"a": at(200), "b": at(160)}, False),
        (BOTH, {"a": at(0, 30), "b": at(61)}, True),
        (BOTH, {"a": at(0, 61), "b": at(122)}, False),
        (group(entry("a", MinMatchCount=2), entry("b")), {"a": at(0, 61, 62), "b": at(63)}, True),
        (ANY_TWO, {"a": at(0), "c": at(1)}, True),
        (ANY_TWO, {"a": at(0), "c": at(61)}, False),
        (group(entry("a", MaxMatchCount=1), entry("b")), {"a": at(0, 1), "b": at(1)}, False),
        (group(entry("a", MaxMatchCount=1), entry("b")), {"a": at(0, 100), "b": at(1)}, True),
    ],
)
def test_groups(form, outputs, expected):
    assert alerts(form, **outputs) is expected


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("2024-01-01T10:00:00Z", "2024-01-01T10:10:00Z", True),
        ("2024-01-01T10:00:00Z", "2024-01-01T10:10:00.000000001Z", False),
        ("2024-01-01T10:00:00.5Z", "2024-01-01T10:10:00.5Z", True),
        ("2024-01-01T10:00:00Z", "2024-01-01T12:05:00+02:00", True),
        ("2024-01-01T10:00:00Z", "2024-01-01T10:05:00+02:00", False),
        (0, "1970-01-01T00:10:00Z", True),
        ("1970-01-01T00:00:00Z", 10, True),
        (-5, 5, True),
    ],
)
def test_times_are_minutes_or_texts(first, second, expected):
    assert alerts(A_THEN_B, a=at(first), b=at(second)) is expected


@pytest.mark.parametrize(
    "time", ["soon", True, 1.5, None, 2**80, "2024-02-30T10:00:00Z", "0000-01-01T00:00:00Z"]
)
def test_what_is_no_time_does_not_count(time):
    assert not alerts(A_THEN_B, a=at(time), b=at(time))


@pytest.mark.parametrize(
    "matches", [None, [], {"user": None}, {"user": []}, {"user": {"bob": 5}}, {"user": {"bob": [[]]}}]
)
def test_what_has_not_the_form_of_a_match_does_not_count(matches):
    assert not alerts(A_THEN_B, a=matches, b=at(0))


def test_matches_of_an_entry_that_is_there_twice_are_put_together():
    listed = [{"ID": "a", "Matches": at(0)}, {"ID": "b", "Matches": at(0)}, {"ID": "a", "Matches": at(20)}]
    rule = read_correlation([group(entry("a", MinMatchCount=2), entry("b"))])
    assert find_group(rule, Timelines(rule, listed), False).alerts


@pytest.mark.parametrize(
    "detection",
    [None, {}, [], [{}], [{}, {}], [[]], [{"Sequence": []}], [{"Group": ["a"]}], [{"Group": {"a": 1}}]],
)
def test_what_has_not_the_form_of_a_rule_is_none(detection):
    assert read_correlation(detection) is None
