"""What a rule's event knows of data models, lookups and time; run where rules run."""

from typing import Any

import pytest

from panther_ci.model import AnalysisType, FieldMapping, Outcome

MAPPINGS = (
    FieldMapping("source_ip", path="$.src.ip"),
    FieldMapping("plain", path="src.ip"),
    FieldMapping("any_user", path="users[*].name"),
    FieldMapping("actor", path="users[?(@.kind == 'actor')].name"),
    FieldMapping("wrong", path="users[0:"),
    FieldMapping("upper", method="get_upper"),
    FieldMapping("object", path="src"),
    FieldMapping("absent", method="nothing"),
)
EVENT = {
    "p_log_type": "Some.Log",
    "src": {"ip": "1.2.3.4", "deep": {"er": 5}},
    "users": [{"name": "a", "kind": "other"}, {"name": "b", "kind": "actor"}],
    "p_udm": {"enriched": {"ip": "9.9.9.9"}},
    "p_event_time": "2022-01-02 03:04:05.123456789",
    "_mocked_lookup_data_": {"Assets": {"host-1": {"owner": "x"}}},
}
BODY = "def get_upper(event):\n    return event['users'][0]['name'].upper()\n"


@pytest.mark.parametrize(
    "expression",
    [
        "event.udm('source_ip') == '1.2.3.4'",
        "event.udm('plain') == '1.2.3.4'",
        "event.udm('actor') == 'b'",
        "event.udm('upper') == 'A'",
        "event.udm('object', 'deep', 'ER') == 5",
        "event.udm('object', 'deep', 'no', default=7) == 7",
        "event.udm('unmapped') is None and event.udm('unmapped', default=1) == 1",
        "event.udm('enriched', 'ip') == '9.9.9.9'",
        "event.udm_path('source_ip') == '$.src.ip' and event.udm_path('upper') is None",
        "event.lookup('Assets', 'host-1')['owner'] == 'x'",
        "event.lookup('Assets', 'host-2') is None and event.lookup('Others', 'host-1') is None",
        "event.event_time_epoch() == 1641092645.123456",
        "event.event_time_epoch(force_utc=False) == 1641092645.123456",
    ],
)
def test_a_rule_reads_its_event(make: Any, outcome: Any, model: Any, expression: str) -> None:
    models = (model(MAPPINGS, make.helper("model", BODY)),)
    job = make.job(f"def rule(event):\n    return {expression}\n", make.case(EVENT), data_models=models)
    assert outcome(job) == (Outcome.PASSED, "")


@pytest.mark.parametrize(
    ("expression", "event", "wanted"),
    [
        ("udm('any_user')", EVENT, "the path 'users[*].name' of the data model Model matches 2 fields"),
        ("udm('wrong')", EVENT, "the path 'users[0:' can't be read at '[0:'"),
        ("udm('absent')", EVENT, "the body of the data model Model has no function 'nothing'"),
        ("udm('x')", {"p_log_type": "Other"}, "no enabled data model for the log type 'Other'"),
        ("udm('x')", {}, "udm() needs p_log_type in the event"),
        ("udm()", EVENT, "TypeError: udm() takes the name of a unified field"),
        ("event_time_epoch()", {}, "KeyError: 'p_event_time'"),
        ("event_time_epoch()", {"p_event_time": 5}, "p_event_time is int, not a string"),
    ],
)
def test_what_can_not_be_read_is_told(
    make: Any, outcome: Any, model: Any, expression: str, event: Any, wanted: str
) -> None:
    job = make.job(
        f"def rule(event):\n    return event.{expression}\n",
        make.case(event),
        data_models=(model(MAPPINGS, make.helper("model", BODY)),),
    )
    became, message = outcome(job)
    assert (became, wanted in message) == (Outcome.ERRORED, True), message


def test_rows_of_a_query_have_no_data_model(make: Any, outcome: Any, model: Any) -> None:
    body = "def rule(event):\n    return event.udm('source_ip') is not None\n"
    job = make.job(body, make.case(EVENT), data_models=(model(MAPPINGS),), type=AnalysisType.SCHEDULED_RULE)
    became, message = outcome(job)
    assert (became, "no enabled data model" in message) == (Outcome.ERRORED, True)


def test_a_body_of_a_model_that_raises_is_named(make: Any, run: Any, model: Any) -> None:
    models = (
        model(
            (FieldMapping("x", method="get"),),
            make.helper("model", "def get(event):\n    return event['y']\n"),
        ),
    )
    job = make.job("def rule(event):\n    return event.udm('x')\n", make.case(EVENT), data_models=models)
    (case,) = run(job)["a"].cases
    assert case.error is not None
    assert str(case.error.location) == "globals/model.py:2"
    assert "rules/a.py:2 in rule\n    return event.udm('x')" in case.error.traceback
