"""The verdict is computed from data and fails closed."""

import pytest

from panther_ci.model import CaseResult, Finding, Level, Location, Outcome, Report, SpecReport, Verdict

PLACE = Location("rules/a.yml", 3, 5)


def report(*outcomes: Outcome, findings: tuple[Finding, ...] = (), interrupted: str = "") -> Report:
    cases = tuple(CaseResult("A", f"case {n}", outcome, PLACE) for n, outcome in enumerate(outcomes))
    return Report((SpecReport("A", "rules/a.yml", "rule", cases=cases),), findings, interrupted=interrupted)


def test_passed_and_skipped_cases_are_accepted() -> None:
    assert report(Outcome.PASSED, Outcome.SKIPPED).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.ERRORED])
def test_one_bad_case_rejects(outcome: Outcome) -> None:
    assert report(Outcome.PASSED, outcome).verdict is Verdict.REJECTED


@pytest.mark.parametrize(("level", "verdict"), [(Level.ERROR, "rejected"), (Level.WARNING, "accepted")])
def test_only_a_finding_of_level_error_rejects(level: Level, verdict: str) -> None:
    assert report(findings=(Finding("some-check", "wrong", PLACE, level),)).verdict == verdict


def test_an_interrupted_run_is_never_accepted() -> None:
    assert report(Outcome.PASSED, interrupted="SIGTERM").verdict is Verdict.REJECTED


def test_a_location_prints_what_it_knows() -> None:
    assert [str(PLACE), str(Location("a.yml", 2)), str(Location("a.yml"))] == [
        "rules/a.yml:3:5",
        "a.yml:2",
        "a.yml",
    ]
