"""How an alert, and what changed in it, is told."""

from panther_ci.judging.alerts import compare_alerts
from panther_ci.model import Alert
from panther_ci.reporters.alerts import ShownChange, describe_alert, describe_changes

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


def test_a_change_is_told_with_both_values() -> None:
    now = Alert("By eve", "High", "By bob", ("a",), "")
    assert [*describe_changes(compare_alerts(ALERT, now))] == [
        ShownChange("title", "By bob", "By eve"),
        ShownChange("destinations", "those of the deployment", "a"),
        ShownChange("context", '{"a": 1}', "none"),
    ]
