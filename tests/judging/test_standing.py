"""What a case that went wrong has in common with itself on the base."""

from typing import Any

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.judging.standing import Placed, Tried, place_case, place_findings
from panther_ci.kinds import AnalysisType
from panther_ci.model import (
    Case,
    CaseResult,
    DataModel,
    FieldMapping,
    Finding,
    Job,
    Level,
    Location,
    Mock,
    Outcome,
    Source,
    Spec,
    Standing,
)
from panther_ci.model.reasons import BodyError, FunctionRaised, NoResult, NotRun, TimedOut, Unfinished


def stopped_at(path: str) -> Tried:
    place = Location("r.yml", 3)
    error = BodyError("Timeout", "", Location(path, 2)) if path else None
    result = CaseResult("r", "c", Outcome.ERRORED, place, True, Unfinished(TimedOut(10.0), error))
    return Tried(Case("c", True, {}, place), result)


def test_a_loop_that_is_stopped_in_another_file_than_before_is_the_same_loop() -> None:
    for path in ("r.py", "h.py", ""):
        assert place_case(stopped_at(path), stopped_at("r.py"), {}) is Standing.ALREADY_THERE


PLACE = Location("r.yml", 3)
RAISED = FunctionRaised("rule", BodyError("E", "x", Location("r.py", 1)))


def tried(
    reason: Any = RAISED, outcome: Outcome = Outcome.ERRORED, job: Job | None = None, **case: Any
) -> Tried:
    given = Case("c", True, {"a": 1}, PLACE)._replace(**case)
    return Tried(given, CaseResult("r", "c", outcome, PLACE, True, reason), job)


def job_of(*helpers: Source, body: bytes = b"1", models: tuple[DataModel, ...] = ()) -> Job:
    spec = Spec("r.yml", AnalysisType.RULE, "r", PLACE)
    return Job(spec, Source("r", "r.py", body), helpers, models)


def raising(text: str, path: str = "r.py") -> FunctionRaised:
    return FunctionRaised("rule", BodyError("E", text, Location(path, 1)))


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        (tried(), Standing.ALREADY_THERE),
        (tried(outcome=Outcome.FAILED), Standing.CHANGED),
        (tried(raising("y")), Standing.CHANGED),
        (tried(raising("x", "other.py")), Standing.CHANGED),
        (tried(raising("x", "new.py")), Standing.ALREADY_THERE),
        (tried(expected=False), Standing.CHANGED),
        (tried(event={"a": 2}), Standing.CHANGED),
        (tried(destinations=("d",)), Standing.CHANGED),
        (tried(mocks=(Mock("m", 1, PLACE),)), Standing.CHANGED),
        (tried(NotRun.CASE), Standing.CHANGED),
    ],
)
def test_a_case_is_the_same_if_what_it_is_given_and_what_happens_are(now: Tried, standing: Standing) -> None:
    assert place_case(now, tried(), {"new.py": "r.py"}) is standing


def test_the_order_of_keys_does_not_matter_wherever_they_are_and_that_of_items_does() -> None:
    before = tried(event={"a": [{"b": 1, "c": 2}, 3]})
    assert place_case(tried(event={"a": [{"c": 2, "b": 1}, 3]}), before, {}) is Standing.ALREADY_THERE
    assert place_case(tried(event={"a": [3, {"b": 1, "c": 2}]}), before, {}) is Standing.CHANGED
    assert place_case(tried(event={"a": [{"b": True, "c": 2}, 3]}), before, {}) is Standing.CHANGED


def test_mocks_are_compared_by_name_and_value_but_not_by_place() -> None:
    before = tried(mocks=(Mock("m", 1, PLACE),))
    for mock, standing in (
        (Mock("m", 1, Location("r.yml", 9)), Standing.ALREADY_THERE),
        (Mock("n", 1, PLACE), Standing.CHANGED),
        (Mock("m", 2, PLACE), Standing.CHANGED),
    ):
        assert place_case(tried(mocks=(mock,)), before, {}) is standing


def test_the_address_of_an_object_does_not_matter_and_neither_does_the_way_to_a_line() -> None:
    before = FunctionRaised("rule", BodyError("E", "<A at 0x7f01>", Location("r.py", 1), "one"))
    now = FunctionRaised("rule", BodyError("E", "<A at 0x7f99>", Location("r.py", 5), "two"))
    assert place_case(tried(now), tried(before), {}) is Standing.ALREADY_THERE


MODEL = DataModel("m", "T", (FieldMapping("a", "b"),))


@pytest.mark.parametrize(
    ("before", "now", "standing"),
    [
        (job_of(), job_of(), Standing.ALREADY_THERE),
        (job_of(), job_of(body=b"2"), Standing.CHANGED),
        (job_of(), job_of(Source("h", "h.py", b"1")), Standing.CHANGED),
        (job_of(models=(MODEL,)), job_of(models=(MODEL._replace(mappings=()),)), Standing.CHANGED),
        (None, None, Standing.CHANGED),
        (job_of(), None, Standing.CHANGED),
    ],
)
def test_what_loads_the_same_fails_as_before_whatever_its_text(
    before: Job | None, now: Job | None, standing: Standing
) -> None:
    assert place_case(tried(raising("1"), job=now), tried(raising("2"), job=before), {}) is standing


@pytest.mark.parametrize("ending", [NoResult.DIED_TWICE, NoResult.UNKNOWN])
def test_what_lost_its_result_is_not_known_to_be_the_same(ending: NoResult) -> None:
    lost = tried(Unfinished(ending), job=job_of())
    assert place_case(lost, lost, {}) is Standing.CHANGED


ODD = Finding(CheckId.UNKNOWN_KEY, "odd on line 7", Location("r.yml", 1), detection="A")


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        (Placed(ODD), Standing.ALREADY_THERE),
        (
            Placed(ODD._replace(message="odd on line 9", location=Location("r.yml", 4))),
            Standing.ALREADY_THERE,
        ),
        (Placed(ODD._replace(detection="B")), Standing.ALREADY_THERE),
        (Placed(ODD._replace(location=Location("new.yml", 1))), Standing.ALREADY_THERE),
        (Placed(ODD._replace(message="even")), Standing.CHANGED),
        (Placed(ODD._replace(level=Level.WARNING)), Standing.CHANGED),
        (Placed(ODD, "a case"), Standing.CHANGED),
        (Placed(ODD._replace(check=CheckId.MISSING_KEY)), Standing.NEW),
        (Placed(ODD._replace(location=Location("b.yml", 1))), Standing.NEW),
    ],
)
def test_a_finding_is_the_same_if_it_says_the_same_of_the_same(now: Placed, standing: Standing) -> None:
    (placed,) = place_findings([now], [Placed(ODD)], {"new.yml": "r.yml"})
    assert placed == now.finding._replace(standing=standing)


def test_of_a_body_each_detection_has_its_own_findings() -> None:
    body = ODD._replace(location=Location("r.py", 1))
    (found,) = place_findings([Placed(body._replace(detection="B"))], [Placed(body)], {})
    assert found.standing is Standing.NEW


def test_as_many_findings_as_before_are_not_new_and_a_reason_is_part_of_them() -> None:
    found = place_findings([Placed(ODD)] * 3, [Placed(ODD)] * 2, {})
    assert [each.standing for each in found] == [*[Standing.ALREADY_THERE] * 2, Standing.NEW]
    before = [Placed(ODD._replace(reason=raising("1")))]
    (changed,) = place_findings([Placed(ODD._replace(reason=raising("2")))], before, {})
    assert changed.standing is Standing.CHANGED


@pytest.mark.parametrize(("moved", "standing"), [(100, Standing.ALREADY_THERE), (101, Standing.CHANGED)])
def test_the_paths_in_texts_are_those_of_the_base_unless_very_many_moved(
    moved: int, standing: Standing
) -> None:
    renames = {f"new/{number}.py": f"old/{number}.py" for number in range(moved)}
    before, now = (tried(raising(f"at {folder}/7.py")) for folder in ("old", "new"))
    assert place_case(now, before, renames) is standing
