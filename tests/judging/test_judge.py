"""The judge: every case has exactly one result, and whatever is not accounted for is an error."""

from dataclasses import replace
from typing import Any

import pytest

from panther_ci.judging.judge import judge_job, needs_trace
from panther_ci.judging.observations import (
    CaseObservation,
    MissingMatcher,
    Observed,
    Raised,
    Returned,
    UnknownMock,
)
from panther_ci.model import FieldRead, Outcome
from panther_ci.model.reasons import (
    BodyError,
    ConditionsDiffer,
    Ending,
    FunctionRaised,
    MalformedMessage,
    MatcherMissing,
    NoResult,
    NotReached,
    ProcessEnded,
    TimedOut,
    Unfinished,
    WrongVerdict,
)

TRUE, FALSE = Returned("bool", "True"), Returned("bool", "False")


def test_nothing_observed_is_an_error_for_each_case(make: Any) -> None:
    job = make.job("", make.case(name="one"), make.case(name="two"))
    cases = judge_job(job, Observed()).cases
    assert [(case.case, case.outcome) for case in cases] == [
        ("one", Outcome.ERRORED),
        ("two", Outcome.ERRORED),
    ]
    assert cases[0].reason == Unfinished(NoResult.UNKNOWN)
    assert (cases[0].output, cases[0].seconds, cases[0].reads) == ("", 0.0, ())


def test_an_early_end_counts_for_the_cases_that_had_not_run(make: Any) -> None:
    job = make.job("", make.case(), make.case())
    observed = Observed(cases={0: CaseObservation(TRUE)}, ended=TimedOut(2.0))
    cases = judge_job(job, observed).cases
    assert [case.outcome for case in cases] == [Outcome.PASSED, Outcome.ERRORED]
    assert [case.reason for case in cases] == [None, Unfinished(TimedOut(2.0))]


@pytest.mark.parametrize("ending", [TimedOut(2.0), ProcessEnded(0), MalformedMessage("x")])
def test_cases_after_the_one_under_way_name_it(make: Any, ending: Ending) -> None:
    job = make.job("", *(make.case(name=name) for name in ("fine", "forever", "late", "later")))
    cases = judge_job(job, Observed(cases={0: CaseObservation(TRUE)}, ended=ending)).cases
    assert [case.reason for case in cases[1:]] == [Unfinished(ending), *[NotReached("forever", ending)] * 2]
    assert cases[1].reason.importing == ""
    assert {case.outcome for case in cases[1:]} == {Outcome.ERRORED}


@pytest.mark.parametrize("ending", [TimedOut(2.0), ProcessEnded(0), MalformedMessage("x")])
def test_no_case_is_to_blame_for_a_body_that_was_not_imported(make: Any, ending: Ending) -> None:
    job = make.job("", make.case(), make.case())
    late = (("rules/a.py", 1, "<module>"),)
    cases = judge_job(job, Observed(ended=ending, imported=False, late=late)).cases
    assert [case.reason.importing for case in cases] == ["rules/a.py"] * 2


def test_where_nothing_is_known_no_case_is_to_blame(make: Any) -> None:
    job = make.job("", make.case(), make.case())
    for ending in (NoResult.DIED_TWICE, NoResult.EVENT_NOT_JSON):
        cases = judge_job(job, Observed(ended=ending, imported=False)).cases
        assert [case.reason for case in cases] == [Unfinished(ending)] * 2


def test_a_wrong_end_after_all_cases_counts_for_all_of_them(make: Any) -> None:
    job = make.job("", make.case(), make.case())
    seen = {0: CaseObservation(TRUE), 1: CaseObservation(TRUE)}
    cases = judge_job(job, Observed(cases=seen, ended=ProcessEnded(-9))).cases
    assert [case.outcome for case in cases] == [Outcome.ERRORED] * 2
    assert [case.reason for case in cases] == [Unfinished(ProcessEnded(-9))] * 2


def test_a_detection_without_cases_that_does_not_load_is_a_finding(make: Any) -> None:
    job = make.job("\nwhile True:\n    pass\n")
    job = job._replace(spec=type(job.spec)(job.spec.path, job.spec.type, "a", job.spec.location))
    (finding,) = judge_job(job, Observed(ended=TimedOut(2.0), late=(("rules/a.py", 3, "f"),))).findings
    place = finding.location
    assert (finding.check, finding.level, finding.detection) == ("body-loads", "error", "a")
    assert (finding.message, str(place)) == ("", "rules/a.py:3")
    assert finding.reason == Unfinished(
        TimedOut(2.0), BodyError("Timeout", "", place, "rules/a.py:3 in f\n    pass")
    )


@pytest.mark.parametrize(
    ("observed", "place"),
    [
        (Observed(problem=Raised("E", "", (("rules/a.py", 1, ""),))), "rules/a.py:1"),
        (Observed(problem=Raised("E", "")), "rules/a.py"),
        (Observed(problem=MissingMatcher("rule")), "rules/a.py"),
        (Observed(ended=ProcessEnded(-9)), "rules/a.py"),
        (Observed(), None),
    ],
)
def test_what_keeps_a_body_from_loading_is_a_finding_only_without_cases(
    make: Any, observed: Observed, place: str | None
) -> None:
    job = make.job("raise E")
    bare = job._replace(spec=replace(job.spec, cases=()))
    assert [str(each.location) for each in judge_job(bare, observed).findings] == [place][: place is not None]
    assert judge_job(job, observed).findings == ()


def test_a_result_has_the_time_and_output_of_its_case_and_the_first_one_that_of_the_body(make: Any) -> None:
    job = make.job("", make.case(), make.case(), make.case())
    seen = CaseObservation(TRUE, output="of the case", seconds=2.5)
    cases = judge_job(job, Observed(cases={0: seen, 1: seen}, output="of the body, ")).cases
    told = ["of the body, of the case", "of the case", "of the body, "]
    assert [(case.output, case.seconds) for case in cases] == list(zip(told, (2.5, 2.5, 0.0), strict=True))


def test_a_case_that_can_not_run_is_not_traced(make: Any) -> None:
    job = make.job("", make.case(), make.case())
    cases = {0: CaseObservation(UnknownMock("x")), 1: CaseObservation(Raised("E", ""))}
    assert needs_trace(job, Observed(cases=cases)) == (1,)


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
    assert case.outcome in (Outcome.FAILED, Outcome.ERRORED)
    assert case.reason is not None


@pytest.mark.parametrize(("expected", "seen"), [(True, TRUE), (False, FALSE)])
def test_what_is_expected_passes(make: Any, expected: bool, seen: Any) -> None:
    (case,) = judge_job(
        make.job("", make.case(expected=expected)), Observed(cases={0: CaseObservation(seen)})
    ).cases
    assert (case.outcome, case.expected, case.reason) == (Outcome.PASSED, expected, None)
    assert (case.output, case.seconds, case.reads) == ("", 0.0, ())


def test_a_problem_of_the_body_counts_for_each_case(make: Any) -> None:
    job = make.job("", make.case(), make.case(expected=False))
    cases = judge_job(job, Observed(problem=MissingMatcher("rule"))).cases
    assert {(case.outcome, case.reason) for case in cases} == {
        (Outcome.ERRORED, MatcherMissing("rules/a.py", "rule"))
    }


def test_a_place_outside_the_repository_is_ignored(make: Any) -> None:
    raised = Raised("KeyError", "'x'", (("/etc/passwd", 1, "f"), ("rules/a.py", 0, "f")))
    (case,) = judge_job(make.job(""), Observed(cases={0: CaseObservation(raised)})).cases
    assert case.error == BodyError("KeyError", "'x'", None, "")
    assert case.reason == FunctionRaised("rule", case.error)


@pytest.mark.parametrize(
    ("seen", "refused"),
    [
        (Raised("PermissionError", "no"), True),
        (Raised("OSError", "[Errno 13] Permission denied: '/x'"), True),
        (Raised("RuntimeError", "can't start new thread"), True),
        (Raised("OSError", "[Errno 2] No such file or directory: '/x'"), False),
    ],
)
def test_what_the_confinement_refused_is_known(make: Any, seen: Raised, refused: bool) -> None:
    (case,) = judge_job(make.job(""), Observed(cases={0: CaseObservation(seen)})).cases
    assert case.error is not None and case.error.refused is refused


def test_only_a_wrong_verdict_names_the_idle_mocks_that_the_case_has(make: Any) -> None:
    job = make.job("", make.case(expected=False, mocks={"A": "x", "B": "y"}))
    seen = CaseObservation(Returned("bool", "True"), idle=("B", "C"))
    (case,) = judge_job(job, Observed(cases={0: seen})).cases
    assert case.reason == WrongVerdict("rule", False, True, ("B",))


def test_a_wrong_verdict_of_a_detection_without_a_body_is_one_of_its_conditions(make: Any) -> None:
    job = make.simple([{"Condition": "AlwaysTrue"}], make.case(expected=False), AlertTitle="t")
    (case,) = judge_job(job, Observed(None, "", {0: CaseObservation(Returned("bool", "True"))})).cases
    assert (case.outcome, case.reason) == (Outcome.FAILED, ConditionsDiffer(False))


def test_only_what_went_wrong_and_is_to_be_explained_runs_again(make: Any) -> None:
    job = make.job("", make.case(), make.case())
    observed = Observed(cases={0: CaseObservation(TRUE), 1: CaseObservation(FALSE)})
    assert needs_trace(job, observed) == (1,)
    assert needs_trace(job._replace(explained=False), observed) == ()


def test_a_trace_explains_and_never_decides(make: Any) -> None:
    job = make.job("", make.case({"userIdentity": 1}))
    reads = (
        FieldRead("rule", ("useridentify",), found=False),
        FieldRead("title", ("other",), found=False),
    )
    traced = Observed(cases={0: CaseObservation(TRUE, reads=reads)})
    (case,) = judge_job(job, Observed(cases={0: CaseObservation(FALSE)}), traced).cases
    assert (case.outcome, case.reason) == (Outcome.FAILED, WrongVerdict("rule", True, False))
    assert case.reads == (FieldRead("rule", ("useridentify",), "", False, ("userIdentity",)),)


@pytest.mark.parametrize(
    ("line", "found"),
    [(3, 3), (10**20, 4), (0, 2), (-1, 2), (None, 2)],
    ids=["", "late", "zero", "minus", "no"],
)
def test_a_wrong_answer_has_the_line_of_its_return_or_else_of_the_function(
    make: Any, line: int | None, found: int
) -> None:
    job = make.job("import re\ndef rule(event):\n    if event: return 1\n    return 2")
    lines = {} if line is None else {"rule": line}
    traced = Observed(cases={0: CaseObservation(FALSE, lines=lines)})
    (case,) = judge_job(job, Observed(cases={0: CaseObservation(FALSE)}), traced).cases
    assert str(case.returned_at) == f"rules/a.py:{found}"


def test_a_trace_that_differs_from_what_is_judged_names_no_return(make: Any) -> None:
    job = make.job("\ndef rule(event):\n    return event.x\n")
    traced = Observed(cases={0: CaseObservation(TRUE, lines={"rule": 3})})
    (case,) = judge_job(job, Observed(cases={0: CaseObservation(FALSE)}), traced).cases
    assert str(case.returned_at) == "rules/a.py:2"


@pytest.mark.parametrize(
    ("seen", "body"), [(TRUE, "def rule(event): ..."), (Raised("E", ""), "def rule(event): ..."), (FALSE, "")]
)
def test_what_passed_or_raised_and_what_is_not_defined_here_has_no_return(
    make: Any, seen: Any, body: str
) -> None:
    (case,) = judge_job(make.job(body), Observed(cases={0: CaseObservation(seen)})).cases
    assert case.returned_at is None


def test_only_what_went_wrong_in_a_case_is_traced(make: Any) -> None:
    job = make.job("", *(make.case() for _ in range(30)))
    wrong = {index: CaseObservation(FALSE) for index in range(1, 25)}
    cases = {0: CaseObservation(TRUE), **wrong, 25: CaseObservation(UnknownMock("x"))}
    assert needs_trace(job, Observed(cases=cases)) == tuple(range(1, 11))
    assert needs_trace(job, Observed(problem=MissingMatcher("rule"))) == ()
