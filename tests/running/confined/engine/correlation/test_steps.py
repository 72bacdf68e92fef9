"""The lines that say which entry or transition of a correlation rule is not met."""

import time

import pytest

from panther_ci.deployment_rules.correlation import read_correlation
from panther_ci.kinds import AnalysisType
from panther_ci.model import Job, Location, Outcome, Spec
from panther_ci.running.confined.engine.correlation.group import find_group
from panther_ci.running.confined.engine.correlation.sequence import find_sequence
from panther_ci.running.confined.engine.correlation.steps import describe_steps
from panther_ci.running.confined.engine.correlation.timelines import Found, Timelines
from panther_ci.specs.assembly import declare

SIGNS = {True: "+", False: "-", None: "?"}
ON_USER = [{"On": "user"}]
LOGIN_THEN_LEAK = {
    "Sequence": [{"ID": "login"}, {"ID": "leak"}],
    "Transitions": [{"From": "login", "To": "leak", "WithinTimeFrameMinutes": 10, "Match": ON_USER}],
}
WITHOUT_LOGIN = {
    "Group": [{"ID": "login", "Absence": True}, {"ID": "leak", "MinMatchCount": 2}],
    "MatchCriteria": {"who": [{"GroupID": name, "Match": "user"} for name in ("login", "leak")]},
    "LookbackWindowMinutes": 60,
}


def explain(form, **outputs):
    """The lines, with a sign for what is met; those that are deeper are indented."""
    rule = read_correlation([form])
    timelines = Timelines(rule, [{"ID": name, "Matches": matches} for name, matches in outputs.items()])
    found = (find_sequence if rule.ordered else find_group)(rule, timelines, True)
    steps = describe_steps(rule, timelines, found)
    return [f"{SIGNS[held]} {'  ' * depth}{text}" for _, text, held, depth, _ in steps]


def at(*times, value="bob"):
    return {"user": {value: list(times)}}


def test_a_transition_that_takes_too_long_is_to_blame():
    assert explain(LOGIN_THEN_LEAK, login=at(100, 101), leak=at(112)) == [
        "+ `login` user=`bob`: 0, 1 min",
        "+ `leak` user=`bob`: 12 min",
        "-   `leak` within 10 min after `login`",
    ]


def test_an_entry_without_matches_of_the_value_is_to_blame():
    assert explain(LOGIN_THEN_LEAK, login=at(100), leak=at(101, 102, value="eve")) == [
        "+ `login` user=`bob`: 0 min",
        "- `leak` user=`bob`: no match (2 without this value)",
        "?   `leak` within 10 min after `login`",
    ]


def test_the_value_that_comes_closest_is_shown():
    login = {"user": {"bob": [0], "eve": [0]}}
    assert explain(LOGIN_THEN_LEAK, login=login, leak=at(11, value="eve"))[0] == "+ `login` user=`eve`: 0 min"


def test_what_had_to_be_absent_is_to_blame():
    assert explain(WITHOUT_LOGIN, login=at(0), leak=at(30, 31)) == [
        "- no `login` user=`bob` within 60 min before or after: 0 min",
        "+ `leak` user=`bob` at least 2 times: 30, 31 min",
        "? all within 60 min",
    ]


def test_matches_that_are_too_far_from_each_other_are_to_blame():
    assert explain(WITHOUT_LOGIN, leak=at(0, 61)) == [
        "+ no `login` user=`bob` within 60 min before or after: no match",
        "? `leak` user=`bob` at least 2 times: 0, 61 min",
        "- all within 60 min",
    ]


def test_all_that_makes_an_alert_is_met():
    assert explain(LOGIN_THEN_LEAK, login=at(0), leak=at(5)) == [
        "+ `login` user=`bob`: 0 min",
        "+ `leak` user=`bob`: 5 min",
        "+   `leak` within 10 min after `login`",
    ]


ANY_TWO = {"Group": [{"ID": name} for name in "abc"], "MinMatchCount": 2, "LookbackWindowMinutes": 60}


def test_an_alert_shows_what_is_met_and_what_did_not_have_to_be():
    assert explain(ANY_TWO, a=at(0), b=at(1), c=at(100)) == [
        "+ `a`: 0 min",
        "+ `b`: 1 min",
        "? `c`: 100 min",
        "+ 2 of 3 within 60 min",
    ]
    assert explain(ANY_TWO, a=at(0), b=at(1))[2:] == ["? `c`: no match", "+ 2 of 3 within 60 min"]
    assert [line[0] for line in explain(WITHOUT_LOGIN, leak=at(0, 1))] == ["+", "+", "+"]
    assert explain(WITHOUT_LOGIN, login=at(99), leak=at(0, 1))[0].startswith("+ no `login`")


def test_the_first_entry_that_is_missing_is_to_blame():
    assert explain({**ANY_TWO, "MinMatchCount": 3}, a=at(0)) == [
        "+ `a`: 0 min",
        "- `b`: no match",
        "? `c`: no match",
        "? all within 60 min",
    ]


def test_what_is_absent_as_it_must_is_not_to_blame():
    entries = [{"ID": "a"}, {"ID": "b", "Absence": True}, {"ID": "c", "Absence": True}]
    form = {"Group": entries, "LookbackWindowMinutes": 60}
    assert [line[:6] for line in explain(form, a=at(0), c=at(1))] == ["+ `a`:", "+ no `", "- no `", "? all "]
    form = {**form, "Group": [*entries[:2], {"ID": "c"}]}
    assert [line[:6] for line in explain(form, a=at(0), b=at(1))] == ["+ `a`:", "? no `", "- `c`:", "? all "]


def test_of_windows_that_meet_as_many_the_first_is_shown():
    lines = explain({**ANY_TWO, "MinMatchCount": 3}, a=at(0), b=at(1, 100), c=at(101))
    assert [line[:5] for line in lines] == ["+ `a`", "+ `b`", "? `c`", "- all"]


def test_an_entry_of_a_group_that_only_must_be_absent_makes_no_alert():
    alone = {"Group": [{"ID": "a", "Absence": True}], "LookbackWindowMinutes": 60}
    rule = read_correlation([alone])
    assert find_group(rule, Timelines(rule, []), True) == Found(False)


def test_why_there_is_no_alert_is_only_looked_for_where_it_is_asked():
    rule = read_correlation([ANY_TWO])
    assert find_group(rule, Timelines(rule, []), False) == Found(False)


def test_absence_is_told_by_where_it_is_in_the_sequence():
    entries = [{"ID": name, **({"Absence": True} if name in "ace" else {})} for name in "abcde"]
    lines = explain({"Sequence": entries}, b=at(0), d=at(1))
    assert [line.partition(":")[0] for line in lines] == [
        "+ no `a` within 15 min before",
        "+ `b`",
        "+ no `c` in between",
        "+ `d`",
        "+   `d` within 30 min after `b`",
        "+ no `e` within 15 min after",
    ]


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ([{"ID": "a"}, {"ID": "b"}], []),
        ([{"ID": "a", "MinMatchCount": 2}, {"ID": "b"}], ["+ all within 15 min"]),
        ([{"ID": "a"}, {"ID": "b"}, {"ID": "c"}], ["+ all within 15 min"]),
    ],
)
def test_the_window_of_a_sequence_is_told_where_its_relations_do_not_say_it(entries, told):
    lines = explain({"Sequence": entries}, a=at(0, 1), b=at(2), c=at(3))
    assert [line for line in lines if " all " in line] == told


def test_seconds_are_shown_where_there_are_some():
    login, leak = at("2024-01-01T10:00:00Z"), at("2024-01-01T10:12:00.25Z", "2024-01-01T10:13:05Z")
    lines = explain(LOGIN_THEN_LEAK, login=login, leak=leak)
    assert lines[:2] == ["+ `login` user=`bob`: 0:00 min", "+ `leak` user=`bob`: 12:00.25, 13:05 min"]
    lines = explain(LOGIN_THEN_LEAK, login=at("2024-01-01T10:00:20Z"), leak=at("2024-01-01T10:12:20Z"))
    assert lines[:2] == ["+ `login` user=`bob`: 0 min", "+ `leak` user=`bob`: 12 min"]


def test_the_marks_of_a_timeline_go_from_the_first_to_the_last_time():
    rule = read_correlation([LOGIN_THEN_LEAK])
    outputs = [{"ID": "login", "Matches": at(5, 6)}, {"ID": "leak", "Matches": at(15, 25)}]
    timelines = Timelines(rule, outputs)
    steps = describe_steps(rule, timelines, find_sequence(rule, timelines, True))
    assert [marks for *_, marks in steps] == [[0, 50], [500, 1000], []]


def test_lines_are_short_whatever_there_is():
    form = {"Sequence": [{"ID": "a" * 9999, "MinMatchCount": 2000}] * 500}
    lines = explain(form, **{"a" * 9999: at(*range(1999))})
    assert len(lines) <= 200
    assert max(map(len, lines)) < 300


def test_relations_may_go_from_an_entry_to_itself_or_over_another():
    within = {("a", "a"): 5, ("a", "c"): 20}
    transitions = [
        {"From": first, "To": second, "WithinTimeFrameMinutes": minutes}
        for (first, second), minutes in within.items()
    ]
    entries = [{"ID": "a", "MinMatchCount": 2}, {"ID": "b"}, {"ID": "c"}]
    form = {"Sequence": entries, "Transitions": transitions}
    assert explain(form, a=at(0, 1), b=at(2), c=at(3)) == [
        "+ `a` at least 2 times: 0, 1 min",
        "+   `a` within 5 min from the first one on",
        "+ `b`: 2 min",
        "+   `b` within 15 min after `a`",
        "+ `c`: 3 min",
        "+   `c` within 20 min after `a`",
        "+   `c` within 15 min after `b`",
        "+ all within 15 min",
    ]


@pytest.mark.parametrize(("length", "shown"), [(60, "a" * 60), (61, "a" * 60 + "…")])
def test_a_long_name_is_cut(length, shown):
    name = "a" * length
    lines = explain({"Sequence": [{"ID": name}, {"ID": "b"}]}, **{name: at(1)})
    assert lines[0] == f"+ `{shown}`: 0 min"


def test_that_nothing_matched_is_told_without_times():
    assert explain(LOGIN_THEN_LEAK) == [
        "- `login`: no match",
        "? `leak`: no match",
        "?   `leak` within 10 min after `login`",
    ]


def run_cases(run, form, *cases):
    fields, place = {"Detection": [form]}, Location("rules/a.yml", 7)
    spec = Spec("rules/a.yml", AnalysisType.CORRELATION_RULE, "a", place, cases=cases, fields=fields)
    return run(Job(spec, declare(spec, spec.path, "Detection")))["a"].cases


def test_a_correlation_rule_runs_in_a_process_of_its_own(make, run):
    outputs = [{"ID": "login", "Matches": at(0)}, {"ID": "leak", "Matches": at(12)}]
    begun = time.perf_counter()
    good, bad = run_cases(run, LOGIN_THEN_LEAK, make.case(outputs, False), make.case(outputs, True))
    assert 0 < good.seconds < time.perf_counter() - begun
    assert (good.outcome, bad.outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert good.steps == ()
    assert bad.steps[-1][:4] == (
        ("Detection", 0, "Transitions", 0),
        "`leak` within 10 min after `login`",
        False,
        1,
    )
    assert [step.decides for step in bad.steps] == [False, False, True]


def test_a_group_runs_in_a_process_and_nothing_decides_an_alert(make, run):
    outputs = [{"ID": "a", "Matches": at(1)}, {"ID": "b", "Matches": at(0)}]
    good, bad = run_cases(run, ANY_TWO, make.case(outputs, True), make.case(outputs, False))
    assert (good.outcome, bad.outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert [(step.held, step.decides) for step in bad.steps] == [
        (True, False),
        (True, False),
        (None, False),
        (True, False),
    ]
