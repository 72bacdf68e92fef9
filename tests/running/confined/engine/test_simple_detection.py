"""Simple detections and inline filters in the processes that decide them."""

import time

import pytest

from panther_ci.model import Alert, FieldRead, Outcome, Step
from panther_ci.model.reasons import ConditionsDiffer, ConditionUndecided, Refused

IS_ROOT = {"KeyPath": "user.type", "Condition": "Equals", "Value": "Root"}
NOT_TEST = {"KeyPath": "account", "Condition": "DoesNotEqual", "Value": "test"}
ROOT = {"user": {"type": "Root", "name": "r"}, "n": 5}


@pytest.mark.parametrize(
    ("event", "expected", "outcome"),
    [(ROOT, True, "passed"), (ROOT, False, "failed"), ({}, False, "passed"), ({}, True, "failed")],
)
def test_a_simple_detection_answers_for_each_case(make, run, event, expected, outcome):
    (case,) = run(make.simple([IS_ROOT], make.case(event, expected)))["a"].cases
    assert case.outcome == outcome
    assert case.reason == (None if outcome == "passed" else ConditionsDiffer(expected))
    assert case.returned_at is None


def test_the_steps_of_a_case_that_fails_are_told(make, run):
    detection = [
        {"Any": [IS_ROOT, {"Key": "n", "Condition": "IsIn", "Values": [1]}]},
        {"Condition": "AlwaysTrue"},
    ]
    (case,) = run(make.simple(detection, make.case({"USER": {"typ": "Root"}, "n": 5})))["a"].cases
    assert case.steps == (
        Step(("Detection", 0), "no condition of `Any` is met", False, 0, decides=True),
        Step(("Detection", 0, "Any", 0), "`user.type` is not in the event", False, 1),
        Step(("Detection", 0, "Any", 1), "`n` is 5, which is not in [1]", False, 1),
        Step(("Detection", 1), "AlwaysTrue", None, 0),
    )
    assert case.deciding is case.steps[0]
    read = next(each for each in case.reads if not each.found)
    assert read == FieldRead("rule", ("user", "type"), found=False, nearest=("user", "typ"))


def test_a_case_that_passes_has_no_steps(make, run):
    (case,) = run(make.simple([IS_ROOT], make.case(ROOT)))["a"].cases
    assert (case.steps, case.reads, case.output) == ((), (), "")


def test_a_condition_that_can_not_be_decided_is_an_error_with_its_place(make, run):
    detection = [{"All": [{"Key": "n", "Condition": "IsLessThan", "Value": "x"}]}]
    (case,) = run(make.simple(detection, make.case(ROOT, expected=False)))["a"].cases
    text = '`n` is 5, which can\'t be compared with "x"'
    keys = ("Detection", 0, "All", 0)
    assert (case.outcome, case.reason) == (Outcome.ERRORED, ConditionUndecided(keys, text))
    assert case.deciding == Step(keys, text, None, 1, decides=True)


@pytest.mark.parametrize(("before", "shown"), [(199, 199), (200, 199), (300, 199)])
def test_what_comes_first_of_very_many_conditions_is_told_and_the_one_that_decides(make, run, before, shown):
    detection = [{"Condition": "AlwaysTrue"}] * before + [IS_ROOT]
    (case,) = run(make.simple(detection, make.case({})))["a"].cases
    assert len(case.steps) == 200
    assert case.steps[198].keys == ("Detection", 198)
    assert case.deciding is case.steps[shown]
    assert case.deciding.keys == ("Detection", before)


def test_a_case_takes_the_time_that_its_conditions_take(make, run):
    (case,) = run(make.simple([IS_ROOT], make.case(ROOT)))["a"].cases
    assert 0 < case.seconds < time.perf_counter()


# Alerts ----------------------------------------------------------------------------------------------


def alert_of(make, run, event=ROOT, **declared):
    (case,) = run(make.simple([], make.case(event), **declared))["a"].cases
    assert case.outcome is Outcome.PASSED, case.reason
    return case.alert


def test_an_alert_without_more_has_the_id_of_the_detection(make, run):
    assert alert_of(make, run)[:3] == ("a", "", "defaultDedupString:a")


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("{user.type} did it", "Root did it"),
        ("{USER.name}/{n}/{user}", 'r/5/{"type": "Root", "name": "r"}'),
        ("[{nobody}] {user.tags[0]}", "[] "),
        ("{a || b} {} {{n}}", "{a || b} {} {5}"),
        ("é", "é"),
        ("{x-y}/{n-}", "ä/"),
        ("{List}", '["ö", null]'),
    ],
)
def test_the_title_has_the_values_of_fields(make, run, title, shown):
    event = ROOT | {"x-y": "ä", "list": ["ö", None]}
    assert alert_of(make, run, event, AlertTitle=title).title == shown


def test_fields_group_alerts(make, run):
    groups = [{"KeyPath": "user.name"}, {"Key": "n"}, {"DeepKey": ["no", 0]}]
    assert alert_of(make, run, GroupBy=groups).dedup == "r:5:"
    assert alert_of(make, run, GroupBy=groups[2:], AlertTitle="t").dedup == "defaultDedupString:a"
    assert alert_of(make, run, GroupBy=[], AlertTitle="t").dedup == "t"


@pytest.mark.parametrize(("wanted", "severity"), [("Root", "High"), ("x", "Low"), ("y", "Medium")])
def test_the_first_severity_whose_conditions_hold_counts(make, run, wanted, severity):
    severities = [
        {
            "ChangeTo": "High",
            "Conditions": [IS_ROOT | {"Value": wanted}, {"Key": "n", "Condition": "Exists"}],
        },
        {"ChangeTo": "Low", "Conditions": [{"Condition": "AlwaysTrue" if wanted != "y" else "AlwaysFalse"}]},
    ]
    assert alert_of(make, run, DynamicSeverities=severities, Severity="Medium").severity == severity


def test_the_context_has_fields_under_other_names(make, run):
    context = [
        {"KeyName": "who", "KeyValue": {"KeyPath": "user.name"}},
        {"KeyName": "no", "KeyValue": {"Key": "no"}},
    ]
    assert alert_of(make, run, AlertContext=context).context == '{"who": "r", "no": null}'


@pytest.mark.parametrize(
    "declared",
    [
        {"AlertTitle": 5, "GroupBy": 5, "DynamicSeverities": 5, "AlertContext": 5},
        {"GroupBy": [5], "DynamicSeverities": [5], "AlertContext": [5]},
        {"AlertContext": [{"KeyName": "a", "KeyValue": {"Key": "n"}}, 5]},
        {"GroupBy": [{"KeyPath": "|"}], "DynamicSeverities": [{"ChangeTo": "High"}]},
        {"GroupBy": [], "DynamicSeverities": [], "AlertContext": [{"KeyName": "a"}]},
        {"DynamicSeverities": [{"ChangeTo": "High", "Conditions": [{"Key": "n"}]}]},
    ],
)
def test_what_can_not_be_read_of_an_alert_is_left_out(make, run, declared):
    assert alert_of(make, run, **declared) == Alert("a", "", "defaultDedupString:a")


def test_a_severity_that_can_not_be_decided_is_an_error(make, run):
    conditions = [{"Key": "n", "Condition": "IsLessThan", "Value": "x"}]
    severities = [{"ChangeTo": "High", "Conditions": conditions}]
    job = make.simple([], make.case(ROOT), DynamicSeverities=severities)
    (case,) = run(job)["a"].cases
    assert (case.outcome, case.reason.problems[0].function) == (Outcome.ERRORED, "severity")


# Filters ---------------------------------------------------------------------------------------------


def test_an_event_that_filters_refuse_makes_no_alert(make, run):
    event = {**ROOT, "account": "test"}
    job = make.simple(
        [IS_ROOT], make.case(event), make.case(event, False), make.case(ROOT), filters=[NOT_TEST]
    )
    refused, expected, passed = run(job)["a"].cases
    assert (refused.outcome, refused.reason) == (Outcome.FAILED, Refused.BY_FILTERS)
    assert refused.steps == (Step(("InlineFilters", 0), '`account` is "test"', False, 0, decides=True),)
    assert (expected.outcome, passed.outcome) == (Outcome.PASSED, Outcome.PASSED)
    assert (expected.alert, passed.alert.title) == (None, "a")


BODY = """
def rule(event):
    print("asked")
    return True
def title(event):
    return "told"
"""


def test_filters_come_before_a_body(make, run):
    cases = [make.case({"account": "test"}), make.case({"account": "x"}, False), make.case({"account": "x"})]
    job = make.filtered(BODY, [NOT_TEST], *cases)
    refused, wrong, passed = run(job)["a"].cases
    assert (refused.outcome, refused.reason, refused.output) == (Outcome.FAILED, Refused.BY_FILTERS, "")
    assert refused.deciding.text == '`account` is "test"'
    assert (wrong.outcome, wrong.steps, wrong.output) == (Outcome.FAILED, (), "asked\n")
    assert wrong.returned_at.line == 4
    assert (passed.outcome, passed.alert.title) == (Outcome.PASSED, "told")


def test_a_filter_that_can_not_be_decided_is_an_error(make, run):
    filters = [{"KeyPath": "n", "Condition": "IsIPAddressInCIDR", "Value": "no network"}]
    job = make.filtered(BODY, filters, make.case(ROOT, False))
    (case,) = run(job)["a"].cases
    text = '`n` is 5, and "no network" is no IP address or network'
    assert (case.outcome, case.reason) == (
        Outcome.ERRORED,
        ConditionUndecided(("InlineFilters", 0), text),
    )


@pytest.mark.parametrize("filters", [[], [{"All": []}], None])
def test_empty_filters_let_everything_pass(make, outcome, filters):
    assert outcome(make.filtered(BODY, filters)) == (Outcome.PASSED, "")


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ([5], "an expression is a mapping"),
        ([{"KeyPath": "a || b", "Condition": "Exists"}], "only a deployment reads the path `a || b`"),
    ],
)
def test_filters_that_can_not_be_read_decide_nothing(make, outcome, filters, told):
    for job in (make.filtered(BODY, filters), make.simple([], filters=filters), make.simple(filters)):
        words = f"importing {job.body.path} raised ExpressionError: {told}"
        assert outcome(job) == (Outcome.ERRORED, words)
