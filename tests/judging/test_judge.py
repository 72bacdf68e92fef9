"""The judge: every case exactly one result, and whatever isn't accounted for is an error."""

from typing import Any

import pytest

from panther_ci.judging.judge import judge_job, needs_trace
from panther_ci.judging.observations import (
    CaseObservation,
    MissingMatcher,
    Observed,
    Raised,
    Read,
    Returned,
    UnknownMock,
)
from panther_ci.model import Outcome

TRUE, FALSE = Returned("bool", "True"), Returned("bool", "False")


def test_nothing_observed_is_an_error_for_each_case(make: Any) -> None:
    job = make.job("", make.case(name="one"), make.case(name="two"))
    cases = judge_job(job, Observed()).cases
    assert [(case.case, case.outcome) for case in cases] == [
        ("one", Outcome.ERRORED),
        ("two", Outcome.ERRORED),
    ]
    assert cases[0].message == "the process gave no result for this case"


def test_an_end_that_is_not_right_spoils_all_cases(make: Any) -> None:
    job = make.job("", make.case(), make.case())
    begun = Observed(cases={0: CaseObservation(TRUE)}, ended="ran longer")
    ended = Observed(cases={0: CaseObservation(TRUE), 1: CaseObservation(TRUE)}, ended="killed", hint="look")
    assert [case.message for case in judge_job(job, begun).cases] == ["", "ran longer"]
    assert [(case.outcome, case.hint) for case in judge_job(job, ended).cases] == [
        (Outcome.ERRORED, "look")
    ] * 2


@pytest.mark.parametrize(
    "seen",
    [
        Returned("int", "True"),
        Returned("str", "True"),
        Returned("bool", "true"),
        Returned("bool", ""),
        Returned("class bool", "True"),
        Returned("NoneType", "None"),
        Raised("True", "True"),
        UnknownMock("True"),
    ],
)
@pytest.mark.parametrize("expected", [True, False])
def test_only_a_bool_passes(make: Any, seen: Any, expected: bool) -> None:
    (case,) = judge_job(
        make.job("", make.case(expected=expected)), Observed(cases={0: CaseObservation(seen)})
    ).cases
    assert case.outcome is not Outcome.PASSED
    assert case.message


@pytest.mark.parametrize(("expected", "seen"), [(True, TRUE), (False, FALSE)])
def test_what_is_expected_passes(make: Any, expected: bool, seen: Any) -> None:
    (case,) = judge_job(
        make.job("", make.case(expected=expected)), Observed(cases={0: CaseObservation(seen)})
    ).cases
    assert (case.outcome, case.actual, case.message) == (Outcome.PASSED, str(expected), "")


def test_a_problem_of_the_body_counts_for_each_case(make: Any) -> None:
    job = make.job("", make.case(), make.case(expected=False))
    cases = judge_job(job, Observed(problem=MissingMatcher("rule"))).cases
    assert {(case.outcome, case.message) for case in cases} == {
        (Outcome.ERRORED, "rules/a.py has no function rule()")
    }


def test_a_place_that_is_none_of_ours_is_left_out(make: Any) -> None:
    raised = Raised("KeyError", "'x'", (("/etc/passwd", 1, "f"), ("rules/a.py", 0, "f")))
    (case,) = judge_job(make.job(""), Observed(cases={0: CaseObservation(raised)})).cases
    assert case.error is not None
    assert (case.error.location, case.error.traceback) == (None, "")
    assert case.message == "rule() raised KeyError: 'x'"


def test_a_trace_explains_and_never_decides(make: Any) -> None:
    job = make.job("", make.case({"userIdentity": 1}))
    reads = (Read("rule", ("useridentify",), "", False), Read("title", ("other",), "", False))
    traced = Observed(cases={0: CaseObservation(TRUE, reads=reads)})
    (case,) = judge_job(job, Observed(cases={0: CaseObservation(FALSE)}), traced).cases
    assert case.outcome is Outcome.FAILED
    assert [(read.path, read.nearest) for read in case.reads] == [("useridentify", "userIdentity")]
    assert case.hint == "the body read `useridentify`, which the event hasn't; nearest: `userIdentity`"


def test_only_what_went_wrong_in_a_case_is_traced(make: Any) -> None:
    job = make.job("", *(make.case() for _ in range(30)))
    wrong = {index: CaseObservation(FALSE) for index in range(1, 25)}
    cases = {0: CaseObservation(TRUE), **wrong, 25: CaseObservation(UnknownMock("x"))}
    assert needs_trace(job, Observed(cases=cases)) == tuple(range(1, 11))
    assert needs_trace(job, Observed(problem=MissingMatcher("rule"))) == ()
