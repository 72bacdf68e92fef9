"""What a rule's event knows of data models, lookups and time; run where rules run."""

from typing import Any

import pytest

from panther_ci.kinds import AnalysisType
from panther_ci.model import FieldMapping, Outcome
from panther_ci.reporters.fields import dotted
from panther_ci.running.confined.engine.panther_core import PantherEvent
from panther_ci.running.confined.engine.panther_core.data_model import DataModel
from panther_ci.running.confined.engine.reads import FieldRecorder

MAPPINGS = (
    FieldMapping("source_ip", path="$.src.ip"),
    FieldMapping("plain", path="src.ip"),
    FieldMapping("any_user", path="users[*].name"),
    FieldMapping("actor", path="users[?(@.kind == 'actor')].name"),
    FieldMapping("wrong", path="users[0:"),
    FieldMapping("upper", method="get_upper"),
    FieldMapping("object", path="src"),
    FieldMapping("absent", method="nothing"),
    FieldMapping("none", method="get_none"),
    FieldMapping("kind", method="get_kind"),
    FieldMapping("gone", path="$.not.there"),
    FieldMapping("nothing", path="empty"),
)
EVENT = {
    "p_log_type": "Some.Log",
    "src": {"ip": "1.2.3.4", "deep": {"er": 5}},
    "users": [{"name": "a", "kind": "other"}, {"name": "b", "kind": "actor"}],
    "p_udm": {"enriched": {"ip": "9.9.9.9"}, "falsy": 0, "plain": "p_udm", "gone": "p_udm"},
    "falsy": "own",
    "direct": "field",
    "nil": 0,
    "empty": None,
    "p_event_time": "2022-01-02 03:04:05.123456789",
    "_mocked_lookup_data_": {"Assets": {"host-1": {"owner": "x"}}},
}
BODY = """
def get_upper(event):
    return event['users'][0]['name'].upper()

def get_none(event):
    return None

def get_kind(event):
    return type(event).__name__
"""


@pytest.mark.parametrize(
    "expression",
    [
        "event.udm('source_ip') == '1.2.3.4'",
        "event.udm('plain') == '1.2.3.4'",
        "event.udm('actor') == 'b'",
        "event.udm('upper') == 'A'",
        "event.udm('object', 'deep') is None and event.udm('SRC', 'deep', 'ER') == 5",
        "event.udm('src', 'deep', 'no', default=7) == 7 and event.udm(default=7) == 7",
        "event.udm('direct') == 'field' and event.udm('nil', default=7) == 7",
        "event.udm('falsy') == 'own' and event.udm('nothing', default=7) is None",
        "event.udm('unmapped') is None and event.udm('unmapped', default=1) == 1",
        "event.udm('enriched', 'ip') == '9.9.9.9'",
        "event.udm_path('source_ip') == 'src.ip' and event.udm_path('upper') == 'get_upper'",
        "event.udm_path('gone') is None and event.udm_path('unmapped') is None",
        "event.lookup('Assets', 'host-1')['owner'] == 'x'",
        "event.__class__({}).lookup('Assets', 'host-1') is None",
        "event.__class__({'_mocked_lookup_data_': {'Assets': 5}}).lookup('Assets', 'host-1') is None",
        "event.lookup('Assets', 'host-2') is None and event.lookup('Others', 'host-1') is None",
        "event.event_time_epoch() == 1641092645",
        "event.event_time_epoch(force_utc=False) == 1641092645",
        "event.udm('gone') is None and event.udm('gone', default=7) == 7",
        "event.udm('falsy', 'x', default=7) == 7",
        "event.udm('none', default=7) is None and event.udm('kind') == 'ImmutableCaseInsensitiveDict'",
        "not hasattr(event['src'], 'deep_walk')",
    ],
)
def test_a_rule_reads_its_event(make: Any, outcome: Any, model: Any, expression: str) -> None:
    models = (model(MAPPINGS, make.helper("model", BODY)),)
    job = make.job(f"def rule(event):\n    return {expression}\n", make.case(EVENT), data_models=models)
    assert outcome(job) == (Outcome.PASSED, "")


def test_the_body_of_a_model_is_loaded_once(make: Any, run: Any, model: Any) -> None:
    text = "seen = []\ndef count(event):\n    seen.append(1)\n    return len(seen)\n"
    fields = [FieldMapping(name, method="count") for name in ("first", "second")]
    models = (model(fields, make.helper("model", text)),)
    body = "def rule(event):\n    return [event.udm('first'), event.udm('second')] == event['wanted']\n"
    wanted = ([1, 2], [3, 4])
    cases = [make.case({"p_log_type": "Some.Log", "wanted": each}, name=f"{each}") for each in wanted]
    results = run(make.job(body, *cases, data_models=models))
    assert [case.outcome for case in results["a"].cases] == [Outcome.PASSED] * 2


@pytest.mark.parametrize(
    ("expression", "event", "wanted"),
    [
        ("udm('any_user')", EVENT, "the path 'users[*].name' of the data model Model matches 2 fields"),
        ("udm('wrong')", EVENT, "the path 'users[0:' is not JSONPath"),
        ("udm('absent')", EVENT, "the body of the data model Model has no function 'nothing'"),
        ("udm_path('x')", {"p_log_type": "Other"}, "no enabled data model for the log type 'Other'"),
        ("udm_path('x')", {}, "no enabled data model for the log type None"),
        ("udm('source_ip').nothing", EVENT | {"p_log_type": "some.log"}, "'NoneType' object"),
        (
            "udm('source_ip').nothing",
            {**EVENT, "P_LOG_TYPE": "Some.Log", "p_log_type": 0},
            "'NoneType' object",
        ),
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


def test_a_method_of_a_data_model_without_a_body_is_told(make: Any, outcome: Any, model: Any) -> None:
    body = "def rule(event):\n    return event.udm('upper')\n"
    became, message = outcome(make.job(body, make.case(EVENT), data_models=(model(MAPPINGS),)))
    wanted = "the data model Model names the method 'get_upper' but has no body"
    assert (became, wanted in message) == (Outcome.ERRORED, True), message


@pytest.mark.parametrize("event", [{"p_log_type": "Other"}, {"p_log_type": ["Some.Log"]}, {}])
def test_without_a_data_model_a_unified_field_is_the_events_own(
    make: Any, outcome: Any, model: Any, event: dict[str, Any]
) -> None:
    body = "def rule(event):\n    return event.udm('source_ip') is None and event.udm('a', 'b') == 1\n"
    job = make.job(body, make.case(event | {"a": {"b": 1}}), data_models=(model(MAPPINGS),))
    assert outcome(job) == (Outcome.PASSED, "")


@pytest.mark.parametrize(
    ("more", "wanted"),
    [({}, ["ip", "p_log_type"]), ({"p_udm": {"x": 1}}, ["ip", "p_udm.ip", "p_udm", "p_log_type"])],
)
def test_a_unified_field_is_no_reading_of_the_events_own_ones_that_it_lacks(
    make: Any, run: Any, more: dict[str, Any], wanted: list[str]
) -> None:
    job = make.job(
        "def rule(event):\n    return event.udm('ip') == 1\n", make.case(more | {"p_log_type": "T"})
    )
    (case,) = run(job)["a"].cases
    assert [dotted(read.path) for read in case.reads] == wanted


def test_a_walk_reads_each_field_at_its_own_place(make: Any, run: Any) -> None:
    body = "def rule(event):\n    return event.deep_walk('a', 'list', 'name') == 'z'\n"
    event = {"a": {"list": [{"name": "x"}, {"nam": "y"}, {"name": "z"}, {"name": "x"}]}}
    (case,) = run(make.job(body, make.case(event)))["a"].cases
    told = [(dotted(read.path), read.found, read.items, read.nearest) for read in case.reads]
    assert told == [
        ("a.list[3].name", True, 3, ()),
        ("a.list[1].name", False, 1, ("a", "list", 1, "nam")),
        ("a.list", True, 1, ()),
        ("a", True, 1, ()),
    ]


def test_what_a_data_model_finds_is_recorded_by_its_path() -> None:
    mappings = [{"name": name, "path": name, "method": ""} for name in ("a.b", "none")]
    recorder = FieldRecorder()
    event = PantherEvent({"a": {"b": {"c": 1}}}, DataModel({"id": "M", "mappings": mappings}), recorder)
    assert event.udm("a.b")["c"] == 1
    assert event.udm("none") is None
    assert [field[1:] for field in recorder.fields()] == [
        [["none"], [""], False, 1],
        [["p_log_type"], [""], False, 1],
        [["a.b", "c"], ["1"], True, 1],
        [["a.b"], ["{'c': 1}"], True, 1],
    ]


def test_a_walk_ends_at_the_first_key_that_is_missing() -> None:
    recorder = FieldRecorder()
    assert PantherEvent({"a": {}}, recorder=recorder).deep_walk("a", "b", "c", default=7) == 7
    assert [field[1] for field in recorder.fields()] == [["a", "b"], ["a"]]


def test_of_two_mappings_with_one_name_the_last_counts(make: Any, outcome: Any, model: Any) -> None:
    body = "def rule(event):\n    return (event.udm('x'), event.udm_path('x')) == (2, 'b')\n"
    event = {"p_log_type": EVENT["p_log_type"], "a": 1, "b": 2}
    job = make.job(
        body, make.case(event), data_models=(model([FieldMapping("x", "a"), FieldMapping("x", "b")]),)
    )
    assert outcome(job) == (Outcome.PASSED, "")


def test_rows_of_a_query_have_no_data_model(make: Any, outcome: Any, model: Any) -> None:
    body = "def rule(event):\n    return event.udm('source_ip') is None\n"
    job = make.job(body, make.case(EVENT), data_models=(model(MAPPINGS),), type=AnalysisType.SCHEDULED_RULE)
    assert outcome(job) == (Outcome.PASSED, "")


@pytest.mark.parametrize(
    ("time", "forced", "plain"),
    [
        ("2024-01-02 03:04:05.999999999", 1704164645, 1704164645),
        ("2024-01-02T03:04:05", 1704164645, 1704164645),
        ("2024-01-02 03:04:05.000000000 UTC", 0, 1704164645),
        ("2024-01-02T03:04:05Z", 0, 1704164645),
        ("2024-01-02 03:04:05.5+02:00", 0, 1704157445),
        ("2024-01-02", 0, 1704153600),
        ("2024-01-02 03:04", 1704164640, 1704164640),
        ("2024-01-02 03:04:05.5", 1704164645, 1704164645),
        ("2024-01-02 03:04:05.9999999999999", 1704164645, 1704164645),
        ("2024-01-02 03:04:05.", 1704164645, 1704164645),
        ("nope", 0, 0),
        ("", 0, 0),
    ],
)
def test_the_time_of_an_event_is_read_as_a_deployment_does(time: str, forced: int, plain: int) -> None:
    event = PantherEvent({"p_event_time": time})
    assert (event.event_time_epoch(), event.event_time_epoch(False)) == (forced, plain)
    assert PantherEvent({}).event_time_epoch() == 0


WALKED: dict[str, Any] = {
    "user": {"arn": "a", "type": None, "roles": ["x", "x"], "none": [[]]},
    "items": [{"id": 1}, {"id": 2}, {"id": 1}, {"other": 3}, {"object": {"a": 1}}, {"list": [[1]]}],
    "nested": [[{"id": "x"}], {"id": ["y", "x"]}],
}


@pytest.mark.parametrize(
    ("keys", "options", "value"),
    [
        (("items", "id"), {}, [1, 2]),
        (("items", "id"), {"return_val": "first"}, 1),
        (("items", "id"), {"return_val": "last"}, 2),
        (("items", "other"), {}, 3),
        (("items", "other"), {"default": "missing"}, ["missing", 3]),
        (("items", "other"), {"default": []}, 3),
        (("nested", "id"), {}, ["x", "y"]),
        (("user", "arn"), {}, "a"),
        (("USER", "arn"), {}, None),
        (("user", "ARN"), {"default": 7}, 7),
        (("user", "type"), {"default": 7}, 7),
        (("user", "none"), {"default": 7}, 7),
        (("user", "roles"), {"return_val": "first"}, ["x", "x"]),
        (("nothing", "at", "all"), {"return_val": "first", "default": 7}, 7),
        (("items",), {}, WALKED["items"]),
        (("items", "id"), {"return_val": "middle"}, "all"),
        (("user", "arn"), {"return_val": "middle"}, "a"),
        (("user", "arn", "a"), {"default": 7}, 7),
        (("items", "nothing"), {}, None),
        (("items", "nothing"), {"return_val": "first"}, None),
    ],
)
def test_deep_walk_goes_through_lists_as_in_a_deployment(
    keys: tuple[str, ...], options: dict[str, Any], value: Any
) -> None:
    event = PantherEvent(WALKED)
    assert event.deep_walk(*keys, **options) == value


@pytest.mark.parametrize(
    ("keys", "options", "error"),
    [
        (("items", "object"), {}, "unhashable type: 'dict'"),
        (("items", "list"), {}, "unhashable type: 'list'"),
        (("items", "other"), {"default": {}}, "unhashable type: 'dict'"),
    ],
)
def test_deep_walk_raises_where_a_deployment_does(
    keys: tuple[str, ...], options: dict[str, Any], error: str
) -> None:
    event = PantherEvent(WALKED)
    with pytest.raises((TypeError, ValueError), match=error):
        event.deep_walk(*keys, **options)


def test_what_deep_walk_returns_is_a_copy() -> None:
    event = PantherEvent(WALKED)
    event.deep_walk("user")["arn"] = 5
    assert event["user"]["arn"] == "a"


DEEP = (FieldMapping("ip", path="$..ip"), FieldMapping("first", path="users[0:1].name"))


@pytest.mark.parametrize("expression", ["udm('first') == 'a'", "udm_path('first') == 'users[0:1].name'"])
def test_paths_beyond_plain_ones_are_read_by_the_library_of_a_deployment(
    make: Any, outcome: Any, model: Any, expression: str
) -> None:
    job = make.job(
        f"def rule(event):\n    return event.{expression}\n", make.case(EVENT), data_models=(model(DEEP),)
    )
    assert outcome(job) == (Outcome.PASSED, "")


def test_without_that_library_it_is_said_what_can_not_be_read(make: Any, outcome: Any, model: Any) -> None:
    hidden = make.helper("jsonpath_ng", "raise ImportError")
    job = make.job(
        "def rule(event):\n    return event.udm('first') == 'a'\n",
        make.case(EVENT),
        data_models=(model(DEEP),),
        helpers=(hidden,),
    )
    became, message = outcome(job)
    assert (became, "can't be read: it has a slice" in message) == (Outcome.ERRORED, True), message


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
