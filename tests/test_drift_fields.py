"""Field by field, how what is in a deployment differs from the detections."""

from typing import Any

import pytest

from panther_ci.deployments.api.listing import Listed, Listing
from panther_ci.drift import Changed, Difference, Drift, Extra, Source, find_drift
from panther_ci.kinds import AnalysisType
from panther_ci.model import Location, Spec

RULE, SCHEDULED, POLICY = AnalysisType.RULE, AnalysisType.SCHEDULED_RULE, AnalysisType.POLICY
GLOBAL, MODEL = AnalysisType.GLOBAL, AnalysisType.DATAMODEL
SAVED, QUERY = AnalysisType.SAVED_QUERY, AnalysisType.SCHEDULED_QUERY


def make_spec(
    kind: AnalysisType = RULE, id: str = "A", fields: dict[str, Any] | None = None, **more: Any
) -> Spec:
    return Spec(f"{id}.yml", kind, id, Location(f"{id}.yml"), fields=fields or {}, **more)


def make_listing(*entries: Listed, lacking: tuple[str, ...] = ()) -> Listing:
    return Listing({entry.key: entry for entry in entries}, lacking)


def compare(
    source: Source, there: dict[str, Any], types: tuple[AnalysisType, ...] = ()
) -> list[tuple[Any, ...]]:
    """The differences of one spec: field, value there, value here."""
    entry = Listed(types or (source.spec.type,), source.spec.id, there)
    drift = find_drift([source], make_listing(entry))
    assert drift.found is bool(drift.changed)
    assert (drift.same, len(drift.changed)) in ((1, 0), (0, 1))
    return [tuple(each) for changed in drift.changed for each in changed.differences]


CRON = {"Schedule": {"CronExpression": "0 1 * * *"}}


@pytest.mark.parametrize(
    ("kind", "fields", "there", "found"),
    [
        (RULE, {"Severity": "High"}, {"severity": "HIGH"}, []),
        (RULE, {"Severity": "High"}, {"severity": "LOW"}, [("severity", "LOW", "HIGH")]),
        (RULE, {}, {"severity": "LOW"}, []),
        (RULE, {"Severity": "High"}, {}, []),
        (POLICY, {"Severity": "High"}, {"severity": "LOW"}, [("severity", "LOW", "HIGH")]),
        (GLOBAL, {"Severity": "High"}, {"severity": "LOW"}, []),
        (SCHEDULED, {"DisplayName": "a "}, {"displayName": "a"}, []),
        (RULE, {"DisplayName": "a"}, {"displayName": "b"}, [("displayName", "b", "a")]),
        (RULE, {"Threshold": 2}, {"threshold": 1}, [("threshold", 1, 2)]),
        (RULE, {"Threshold": 1}, {"threshold": 2}, [("threshold", 2, 1)]),
        (RULE, {"Threshold": 0}, {"threshold": 1}, []),
        (RULE, {"Threshold": True}, {"threshold": 2}, []),
        (POLICY, {"Threshold": 2}, {"threshold": 1}, []),
        (RULE, {"DedupPeriodMinutes": 4}, {"dedupPeriodMinutes": 5}, []),
        (RULE, {"DedupPeriodMinutes": 1}, {"dedupPeriodMinutes": 6}, [("dedupPeriodMinutes", 6, 5)]),
        (SCHEDULED, {"DedupPeriodMinutes": 6}, {"dedupPeriodMinutes": 5}, [("dedupPeriodMinutes", 5, 6)]),
        (RULE, {"DedupPeriodMinutes": 0}, {"dedupPeriodMinutes": 60}, []),
        (RULE, {"DedupPeriodMinutes": 5.5}, {"dedupPeriodMinutes": 60}, []),
        (RULE, {"LogTypes": ["B", "A"]}, {"logTypes": ["A", "B", "A"]}, []),
        (RULE, {"LogTypes": ["A"]}, {"logTypes": []}, [("logTypes", [], ["A"])]),
        (MODEL, {"LogTypes": ["A"]}, {"logTypes": ["B"]}, [("logTypes", ["B"], ["A"])]),
        (SCHEDULED, {"LogTypes": ["A"]}, {"logTypes": ["B"]}, []),
        (POLICY, {"ResourceTypes": ["A"]}, {"resourceTypes": ["B"]}, [("resourceTypes", ["B"], ["A"])]),
        (RULE, {"ResourceTypes": ["A"]}, {"resourceTypes": ["B"]}, []),
        (
            SCHEDULED,
            {"ScheduledQueries": ["A"]},
            {"scheduledQueries": ["B"]},
            [("scheduledQueries", ["B"], ["A"])],
        ),
        (SAVED, {"Query": "SELECT 1\n"}, {"sql": "SELECT 1"}, []),
        (QUERY, {"Query": "SELECT 1"}, {"sql": "SELECT 2"}, [("sql", "SELECT 2", "SELECT 1")]),
        (RULE, {"Query": "SELECT 1"}, {"sql": "SELECT 2"}, []),
        (QUERY, CRON, {"schedule": {"cron": "0 2 * * *"}}, [("schedule.cron", "0 2 * * *", "0 1 * * *")]),
        (QUERY, CRON, {"schedule": "daily"}, []),
        (
            QUERY,
            {"Schedule": {"RateMinutes": 5}},
            {"schedule": {"rateMinutes": 6}},
            [("schedule.rateMinutes", 6, 5)],
        ),
        (
            SAVED,
            {"Schedule": {"TimeoutMinutes": 5}},
            {"schedule": {"timeoutMinutes": 6}},
            [("schedule.timeoutMinutes", 6, 5)],
        ),
        (QUERY, {"Schedule": "daily"}, {"schedule": {"rateMinutes": 6}}, []),
        (QUERY, {"Enabled": True}, {"schedule": {"disabled": True}}, [("schedule.disabled", True, False)]),
        (QUERY, {"Enabled": False}, {"schedule": {"disabled": True}}, []),
        (QUERY, {}, {"schedule": {"disabled": True}}, []),
        (SAVED, {"Enabled": True}, {"schedule": {"disabled": True}}, []),
    ],
)
def test_what_both_state_is_compared_by_its_meaning(
    kind: AnalysisType, fields: dict[str, Any], there: dict[str, Any], found: list[tuple[Any, ...]]
) -> None:
    assert compare(Source(make_spec(kind, fields=fields)), there) == found


@pytest.mark.parametrize("kind", [RULE, SCHEDULED, POLICY, MODEL])
def test_whether_it_is_enabled_is_compared(kind: AnalysisType) -> None:
    assert compare(Source(make_spec(kind)), {"enabled": False}) == [("enabled", False, True)]
    assert compare(Source(make_spec(kind, enabled=False)), {"enabled": False}) == []
    derived = make_spec(kind, base="B")
    assert compare(Source(derived), {"enabled": False}) == []
    stated = make_spec(kind, base="B", fields={"Enabled": True})
    assert compare(Source(stated), {"enabled": False}) == [("enabled", False, True)]
    assert compare(Source(make_spec(GLOBAL)), {"enabled": False}) == []


@pytest.mark.parametrize("kind", [RULE, SCHEDULED, POLICY, GLOBAL, MODEL])
def test_of_bodies_the_first_line_that_differs_is_shown(kind: AnalysisType) -> None:
    source = Source(make_spec(kind, body="a.py"), "one\ntwo  \nthree\n")
    assert compare(source, {"body": "\none\r\ntwo\nthree"}) == []
    assert compare(source, {"body": "one\n2\nthree"}) == [("body, line 2", "2", "two")]
    assert compare(source, {"body": "one\ntwo"}) == [("body, line 3", "", "three")]
    assert compare(source, {"body": "one\ntwo\nthree\nfour"}) == [("body, line 4", "four", "")]
    assert compare(source._replace(body="one"), {"body": "two"}) == [("body", "two", "one")]
    assert compare(source._replace(body=""), {"body": "two"}) == []
    assert compare(Source(make_spec(kind), "one"), {"body": "two"}) == []


def test_another_type_is_the_only_difference() -> None:
    source = Source(make_spec(RULE, fields={"Severity": "High"}))
    there = {"severity": "LOW"}
    assert compare(source, there, (SCHEDULED,)) == [("type", "scheduled_rule", "rule")]
    assert compare(source, there, (SCHEDULED, RULE)) == [("severity", "LOW", "HIGH")]


def test_what_is_missing_is_what_must_be_there() -> None:
    sources = [
        Source(make_spec(id="A")),
        Source(make_spec(id="B"), required=False),
        Source(make_spec(id="C", base="A")),
        Source(make_spec(id="D"), released=False),
        Source(make_spec(AnalysisType.PACK, "E")),
        Source(make_spec(POLICY, "F")),
    ]
    drift = find_drift(sources, make_listing(lacking=("/policies",)))
    assert [each.spec.id for each in drift.missing] == ["A"]
    assert (drift.found, drift.same, drift.unread, drift.changed, drift.extra) == (True, 0, 4, (), ())


@pytest.mark.parametrize("path", ["/rules", "/simple-rules", "/policies"])
def test_what_may_be_in_a_list_that_was_not_read_is_not_compared(path: str) -> None:
    source = Source(make_spec(fields={"Severity": "High"}))
    drift = find_drift([source], make_listing(Listed((RULE,), "A", {"severity": "LOW"}), lacking=(path,)))
    assert drift.unread == (path != "/policies")


@pytest.mark.parametrize(
    ("fields", "held", "extra"),
    [
        ({"enabled": True}, False, [Extra(RULE, "A", True)]),
        ({"enabled": "yes"}, False, [Extra(RULE, "A", None)]),
        ({"schedule": {"disabled": True}}, False, [Extra(RULE, "A", False)]),
        ({"enabled": False, "schedule": {"disabled": False}}, False, [Extra(RULE, "A", True)]),
        ({"managed": True}, False, []),
        ({"managed": "yes"}, False, [Extra(RULE, "A", None)]),
        ({"managed": True}, True, [Extra(RULE, "A", None, held=True)]),
        ({"managed": False}, True, [Extra(RULE, "A", None, held=True)]),
    ],
)
def test_what_is_only_there_is_told_but_for_what_panther_manages(
    fields: dict[str, Any], held: bool, extra: list[Extra]
) -> None:
    sources = [Source(make_spec(), released=False)] if held else []
    drift = find_drift(sources, make_listing(Listed((RULE, SCHEDULED), "A", fields)))
    assert drift == Drift((), (), tuple(extra), 0, 0)
    assert not drift.found


def test_differences_are_in_the_order_of_ids_and_the_rest_is_counted() -> None:
    sources = [Source(make_spec(id=id, fields={"Severity": "High"})) for id in ("C", "A", "B")]
    entries = [
        Listed((RULE,), id, {"severity": word}) for id, word in (("A", "LOW"), ("B", "HIGH"), ("C", "LOW"))
    ]
    drift = find_drift(sources, make_listing(*entries, Listed((RULE,), "Z", {}), Listed((RULE,), "Y", {})))
    difference = (Difference("severity", "LOW", "HIGH"),)
    assert drift.changed == (Changed(RULE, "A", "A.yml", difference), Changed(RULE, "C", "C.yml", difference))
    assert ([each.id for each in drift.extra], drift.same, drift.unread) == (["Y", "Z"], 1, 0)
