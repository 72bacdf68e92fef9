"""No body raises, whatever it is fed: events with one place nulled, dropped, emptied or of a wrong type."""

import copy
import json
import math

import pytest

from tools.bodies import as_event, compile_body, describe_alert, load_body, mocked
from tools.library import read_detections

LOOKUPS = [d for d in read_detections() if "find_resource" in d.body.read_text(encoding="utf-8")]

WRONG = (None, [], {}, "", 0, 1, -1, 1.5, math.nan, 10**400, "x", "\ud800", True, False)
WRONG_DEEPER = ([1], ["x"], {"a": 1}, [[]], [{}], [None])
LONGEST_LIST = 2
CASES = 6
PARTS = {"title": str, "dedup": str, "alert_context": dict}


def vary(value):
    """Yield the value with one place changed, for every place at any depth, in the JSON of texts too."""
    yield from copy.deepcopy(WRONG + WRONG_DEEPER)
    if isinstance(value, dict):
        for key in value:
            yield {other: value[other] for other in value if other != key}
            yield from (value | {key: changed} for changed in vary(value[key]))
    elif isinstance(value, list):
        yield value * 2
        for place, item in enumerate(value[:LONGEST_LIST]):
            yield from ([*value[:place], changed, *value[place + 1 :]] for changed in vary(item))
    elif isinstance(value, str) and value.startswith("{") and len(value) < 1000:
        yield from (json.dumps(changed) for changed in vary(json.loads(value)))


def pick(detection):
    """Return the largest events of either verdict, with the answers that stand in for other resources."""
    cases = sorted(detection.cases, key=lambda case: len(json.dumps(detection.event(case))), reverse=True)
    alerting, silent = (
        [case for case in cases if case["ExpectedResult"] is verdict] for verdict in (True, False)
    )
    return [(detection.event(case), case.get("Mocks", [])) for case in alerting[:CASES] + silent[:CASES]]


def test_no_shape_of_an_event_makes_a_body_raise(detection, body):
    judged = 0
    for event, mocks in pick(detection):
        with mocked(body, mocks):
            for changed in vary(event):
                check(detection, body, changed)
                judged += 1
    assert judged > 100


@pytest.mark.parametrize("lookup", LOOKUPS, ids=lambda detection: detection.id)
@pytest.mark.usefixtures("library")
def test_no_shape_of_another_resource_makes_a_body_raise(lookup):
    body = load_body(lookup.body.stem, compile_body(lookup.body))
    judged = 0
    for event, mocks in pick(lookup):
        answer = next(
            (mock["returnValue"] for mock in mocks if mock["objectName"] == "find_resource"), "null"
        )
        found = json.loads(answer) if answer[:1] in "{[n" else answer
        for changed in vary(found):
            with mocked(body, [{"objectName": "find_resource", "returnValue": changed}]):
                check(lookup, body, event)
                judged += 1
    assert judged > 100


def check(detection, body, event):
    if not detection.is_rule:
        assert type(body.policy(event)) is bool, event
        return
    assert type(body.rule(as_event(event))) is bool, event
    alert = describe_alert(detection, body, event)
    assert {name: type(part) for name, part in alert.items()} == PARTS, event
    json.dumps(alert)
