"""How an alert, and what changed in it, is told."""

from panther_ci.judging.alerts import compare_alerts
from panther_ci.model import Alert, CaseResult, Location, Outcome
from panther_ci.reporters.alerts import ShownChange, describe_alert, describe_changes, describe_in_lines

ALERT = Alert("By bob", "High", "By bob", None, '{"a": 1}')


def test_an_alert_is_told_field_by_field() -> None:
    assert [*describe_alert(ALERT)] == [
        ("title", "By bob"),
        ("severity", "High"),
        ("dedup", "the title"),
        ("destinations", "those of the deployment"),
        ("context", '{"a": 1}'),
    ]


def test_destinations_are_listed_and_none_suppress_the_alert() -> None:
    told = [
        dict(describe_alert(ALERT._replace(destinations=some)))["destinations"] for some in (("a", "b"), ())
    ]
    assert told == ["a, b", "none, so that no alert is sent"]


def test_an_alert_without_a_context_has_no_line_for_it() -> None:
    assert dict(describe_alert(ALERT._replace(context="", dedup="d"))) == {
        "title": "By bob",
        "severity": "High",
        "dedup": "d",
        "destinations": "those of the deployment",
    }


def test_what_other_functions_answer_is_told_before_the_context() -> None:
    more = {"description": "What", "reference": "Where", "runbook": "How"}
    told = [*describe_alert(ALERT._replace(**more))]
    assert told[4:] == [*more.items(), ("context", '{"a": 1}')]


def test_a_change_is_told_with_both_values() -> None:
    now = Alert("By eve", "High", "By bob", ("a",), "")
    assert [*describe_changes(compare_alerts(ALERT, now))] == [
        ShownChange("title", "By bob", "By eve"),
        ShownChange("destinations", "those of the deployment", "a"),
        ShownChange("context", '{"a": 1}', "none"),
    ]


def lines_of(context: str, before: str = "") -> list[str]:
    alerts = (ALERT._replace(context=context), ALERT._replace(context=before) if before else None)
    case = CaseResult("A", "c", Outcome.PASSED, Location("a.yml"), alert=alerts[0], alert_before=alerts[1])
    return [*describe_in_lines(case)][4:]


def test_a_long_context_has_a_line_for_each_of_its_keys() -> None:
    text = '{"a": {"b": "Zo\\u00eb"}, "c": "' + "x" * 100 + '"}'
    spread = ['  a: {"b": "Zoë"}', f'  c: "{"x" * 100}"']
    assert lines_of(text) == ["context:", *spread]
    assert lines_of('{"a": 1}', before=text) == [
        'context: {"a": 1}',
        "  was:",
        *(f"  {each}" for each in spread),
    ]


def test_a_context_that_is_not_known_to_its_end_stays_as_it_is() -> None:
    text = '{"a": "' + "x" * 200
    assert lines_of(text) == [f"context: {text}"]
