"""The alert of a case as a deployment makes it, with what stands in for functions that fail."""

from typing import Any

import pytest

from panther_ci.judging.alerts import AlertChange, compare_alerts, make_alert
from panther_ci.judging.observations import CaseObservation, Observation, Raised, Returned
from panther_ci.model import Alert, AnalysisType

SPEC = {"Severity": "Low", "DisplayName": "A rule"}
DEFAULT = Alert("A rule", "Low", "defaultDedupString:a")
TRUE = Returned("bool", "True")


def text(value: str) -> Returned:
    return Returned("str", value, len(value))


def alert_of(make: Any, functions: dict[str, Observation], **more: Any) -> Alert | None:
    job = make.job("", **{"fields": SPEC, **more})
    return make_alert(job, CaseObservation(TRUE, functions))


@pytest.mark.parametrize(
    ("functions", "changed"),
    [
        ({}, {}),
        ({"title": text("T")}, {"title": "T", "dedup": "T"}),
        ({"title": text("T"), "dedup": text("d")}, {"title": "T", "dedup": "d"}),
        ({"title": text("T"), "dedup": text("")}, {"title": "T"}),
        ({"dedup": text("d")}, {"dedup": "d"}),
        ({"title": text("")}, {}),
        ({"title": text("x" * 1000)}, {"title": "x" * 1000, "dedup": "x" * 1000}),
        ({"dedup": text("x" * 1001)}, {"dedup": "x" * 985 + "... (truncated)"}),
        ({"severity": text("high")}, {"severity": "High"}),
        ({"severity": text("default")}, {}),
        ({"destinations": Returned("list", "", items=("a", "b"))}, {"destinations": ("a", "b")}),
        ({"destinations": Returned("list", "[]")}, {"destinations": ()}),
        ({"destinations": Returned("NoneType", "None")}, {}),
        ({"alert_context": Returned("dict", '{"a": 1}', 8, mapping=True)}, {"context": '{"a": 1}'}),
        (
            {"alert_context": Returned("dict", "x" * 2000, 9000, mapping=True)},
            {"context": "x" * 2000 + "… (9000 bytes in all)"},
        ),
        ({"description": text("d"), "unique": text("u")}, {"description": "d"}),
        ({"reference": text("r"), "runbook": text("b")}, {"reference": "r", "runbook": "b"}),
    ],
)
def test_each_function_gives_its_part(make: Any, functions: Any, changed: dict[str, Any]) -> None:
    assert alert_of(make, functions) == DEFAULT._replace(**changed)


@pytest.mark.parametrize("bad", [Raised("E", ""), Returned("int", "5"), Returned("NoneType", "None")])
def test_a_function_that_fails_is_stood_in_for(make: Any, bad: Observation) -> None:
    names = ("title", "severity", "dedup", "destinations", "alert_context")
    assert alert_of(make, dict.fromkeys(names, bad)) == DEFAULT._replace(title="a")


def test_a_title_that_fails_is_the_id_for_the_dedup_string_too(make: Any) -> None:
    alert = alert_of(make, {"title": Raised("E", "")})
    assert alert is not None and (alert.title, alert.dedup) == ("a", "a")


@pytest.mark.parametrize(
    ("outputs", "found"),
    [(["x"], ("x",)), ([], None), ("x", None), (None, None), ([*"x" * 20, 1], ("x",) * 10)],
)
def test_without_a_function_the_spec_names_the_destinations(make: Any, outputs: Any, found: Any) -> None:
    alert = alert_of(make, {}, fields={"OutputIds": outputs})
    assert alert == Alert("a", "", "defaultDedupString:a", found)


@pytest.mark.parametrize("matcher", [Returned("bool", "False"), Returned("str", "True"), Raised("E", "")])
def test_what_makes_no_alert_has_none(make: Any, matcher: Any) -> None:
    assert make_alert(make.job(""), CaseObservation(matcher)) is None
    assert alert_of(make, {}, create_alert=False) is None


def test_what_a_long_spec_says_is_cut(make: Any) -> None:
    job = make.job("", name="a" * 5000, fields={"Severity": "s" * 5000, "OutputIds": ["o" * 5000]})
    alert = make_alert(job, CaseObservation(TRUE))
    assert alert is not None and alert.destinations is not None
    texts = (alert.title, alert.severity, alert.dedup, *alert.destinations)
    assert [len(text) for text in texts] == [1000, 1000, 1019, 1000]


def test_a_policy_alerts_where_it_is_not_met(make: Any) -> None:
    job = make.policy("", fields=SPEC)
    assert make_alert(job, CaseObservation(TRUE)) is None
    assert make_alert(job, CaseObservation(Returned("bool", "False"))) == DEFAULT


def test_a_correlation_rule_has_no_functions_and_is_named_by_its_spec(make: Any) -> None:
    assert alert_of(make, {}, type=AnalysisType.CORRELATION_RULE) == DEFAULT


def test_alerts_are_compared_field_by_field() -> None:
    now = DEFAULT._replace(title="New", destinations=("a",))
    assert compare_alerts(DEFAULT, DEFAULT) == ()
    assert compare_alerts(DEFAULT, now) == (
        AlertChange("title", "A rule", "New"),
        AlertChange("destinations", None, ("a",)),
    )


BODY = """
def rule(event):
    return event["alert"]
def title(event):
    return f"by {event['user']}"
def alert_context(event):
    return event
"""


def test_a_case_has_its_alert_whatever_is_expected(make: Any, run: Any) -> None:
    event = {"alert": True, "user": "Zoë", "list": [1, {"a": None}]}
    quiet = make.case({"alert": False}, expected=False)
    cases = run(make.job(BODY, make.case(event), make.case(event, expected=False), quiet, fields=SPEC))[
        "a"
    ].cases
    context = '{"alert": true, "user": "Zoë", "list": [1, {"a": null}]}'
    alert = Alert("by Zoë", "Low", "by Zoë", None, context)
    assert [(case.outcome, case.alert) for case in cases] == [
        ("passed", alert),
        ("failed", alert),
        ("passed", None),
    ]


def test_a_long_context_is_cut(make: Any, run: Any) -> None:
    (case,) = run(make.job(BODY, make.case({"alert": True, "user": "é" * 5000})))["a"].cases
    assert case.alert is not None
    assert case.alert.context[-30:] == "éééééééé… (30027 bytes in all)"
    assert len(case.alert.context) < 2100
