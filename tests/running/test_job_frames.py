"""The frame that starts a job: everything its cases need, and nothing of what they expect."""

import json
from typing import Any

import pytest

from panther_ci.kinds import AnalysisType
from panther_ci.model import FieldMapping, Source
from panther_ci.running.attempt import Attempt
from panther_ci.running.job_frames import Encoder
from panther_ci.running.schedule import Task

FUNCTIONS = ["title", "dedup", "description", "reference", "runbook"]
FUNCTIONS += ["severity", "destinations", "alert_context", "unique"]


def send(job: Any, traced: tuple[int, ...] = ()) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(Encoder().encode(Attempt(Task(job, traced=traced), 7), set())[4:])
    return message


def test_what_a_case_expects_is_never_sent(make: Any) -> None:
    true, false = (
        Encoder().encode(Attempt(Task(make.job("", make.case(expected=expected, name="secret"))), 1), set())
        for expected in (True, False)
    )
    assert true == false
    assert b"secret" not in true


def test_a_source_is_sent_once_to_a_process(make: Any) -> None:
    encoder, known = Encoder(), set[int]()
    helpers = (make.helper("first", "x = 1\n"),)
    frames = [
        encoder.encode(Attempt(Task(make.job("", name=name, helpers=helpers)), 1), known) for name in "ab"
    ]
    assert [len(json.loads(frame[4:])["sources"]) for frame in frames] == [2, 1]


def test_a_frame_has_what_its_cases_need(make: Any, model: Any) -> None:
    cases = (make.case({"a": 1}), make.case({"b": "\ud800"}, mocks={"get": [2]}))
    models = (
        model([FieldMapping("x", "$.a"), FieldMapping("y", method="get_y")], make.helper("model", "y\xe9")),
        model([]),
    )
    helper = make.helper("first", "x = 1\n")
    assert send(make.job("body\xff", *cases, helpers=(helper,), data_models=models)) == {
        "job": 7,
        "evaluator": "python",
        "matcher": "rule",
        "functions": FUNCTIONS,
        "trace": False,
        "body": 0,
        "declared": [],
        "helpers": [["first", 1]],
        "models": [
            {
                "id": "Model",
                "log_type": "Some.Log",
                "mappings": [
                    {"name": "x", "path": "$.a", "method": ""},
                    {"name": "y", "path": "", "method": "get_y"},
                ],
                "body": 2,
            },
            {"id": "Model", "log_type": "Some.Log", "mappings": [], "body": None},
        ],
        "cases": [
            {"case": 0, "event": {"a": 1}, "mocks": []},
            {"case": 1, "event": {"b": "\ud800"}, "mocks": [["get", [2]]]},
        ],
        "sources": [
            [0, "rules/a.py", "body\xc3\xbf"],
            [1, "globals/first.py", "x = 1\n"],
            [2, "globals/model.py", "y\xc3\xa9"],
        ],
    }


def test_a_traced_run_has_only_some_cases(make: Any) -> None:
    message = send(make.job("", make.case(), make.case({"b": 1})), traced=(1,))
    assert (message["trace"], [case["case"] for case in message["cases"]]) == (True, [1])


def test_what_a_spec_declares_is_sent_as_sources(make: Any) -> None:
    message = send(make.simple([{"KeyPath": "a", "Condition": "Exists"}], Title="b", Filters="c"))
    assert message["declared"] == [1, 2]
    texts = {number: text for number, _, text in message["sources"]}
    assert ['"b"' in texts[1], '"c"' in texts[2]] == [True, True]


def test_rows_of_a_query_have_no_data_models(make: Any, model: Any) -> None:
    more = {"data_models": (model([]),), "type": AnalysisType.SCHEDULED_RULE}
    assert send(make.job("", **more))["models"] == []


@pytest.mark.parametrize(
    ("alerts", "destinations", "functions"),
    [
        (True, None, FUNCTIONS),
        (False, None, ["alert_context"]),
        (False, (), ["destinations", "alert_context"]),
    ],
)
def test_without_alerts_only_some_functions_matter(
    make: Any, alerts: bool, destinations: Any, functions: list[str]
) -> None:
    cases = (make.case(), make.case()._replace(destinations=destinations))
    assert send(make.job("", *cases, create_alert=alerts))["functions"] == functions


def test_sources_of_one_path_with_other_texts_are_all_sent(make: Any) -> None:
    helpers = (Source("a", "a.py", b"1"), Source("b", "a.py", b"2"), Source("c", "a.py", b"1"))
    message = send(make.job("", helpers=helpers))
    assert message["helpers"] == [["a", 1], ["b", 2], ["c", 1]]
    assert [text for _, _, text in message["sources"]] == ["", "1", "2"]


def test_a_job_that_can_not_be_sent_leaves_its_sources_unknown(make: Any) -> None:
    known = set[int]()
    with pytest.raises(ValueError, match="Circular reference"):
        event: list[Any] = []
        event.append(event)
        Encoder().encode(Attempt(Task(make.job("", make.case(event))), 1), known)
    assert known == set()
