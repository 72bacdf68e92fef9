"""The verdict is computed from data and fails closed."""

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.kinds import AnalysisType
from panther_ci.model import (
    Alert,
    CaseResult,
    Change,
    ChangeKind,
    ChangeSet,
    ComparisonRequest,
    FieldMapping,
    FieldRead,
    Finding,
    LeftOut,
    Level,
    Location,
    Omission,
    Outcome,
    PackItem,
    Report,
    Spec,
    SpecReport,
    Standing,
    Verdict,
)
from panther_ci.model.reasons import (
    AlertFunction,
    AlertFunctionsWrong,
    BodyError,
    FunctionRaised,
    NotJson,
    NotRun,
    error_of,
)

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


def test_a_finding_has_the_level_of_its_check():
    found = Finding.of(CheckId.ID_LENGTH, "too long", PLACE)
    assert found == (CheckId.ID_LENGTH, "too long", PLACE, Level.WARNING, "", "", None, Standing.NEW)
    assert Finding(CheckId.ID_LENGTH, "too long", PLACE) == found._replace(level=Level.ERROR)


def test_an_alert_that_says_no_more_has_no_destinations_of_its_own_and_no_context():
    assert Alert("title", "Low", "dedup") == ("title", "Low", "dedup", None, "", "", "", "")


def test_a_spec_that_says_no_more_is_enabled_makes_alerts_and_has_nothing():
    spec = Spec("a.yml", AnalysisType.RULE, "A", PLACE)
    assert (spec.enabled, spec.create_alert, spec.released) == (True, True, True)
    assert (spec.body, spec.base, spec.log_types, spec.queries, spec.cases) == (None, "", (), (), ())
    assert (spec.mappings, spec.fields) == ((), {})
    assert FieldMapping("a") == ("a", "", "")


@pytest.mark.parametrize(("status", "released"), [("stable", True), ("experimental", False), (None, True)])
def test_a_status_may_keep_a_spec_out_of_a_deployment(status, released):
    assert Spec("a.yml", AnalysisType.RULE, "A", PLACE, fields={"Status": status}).released is released


def test_a_comparison_that_is_not_asked_for_more_compares_with_the_main_branch_alone():
    assert ComparisonRequest() == ComparisonRequest("", "", False, "", "", False, False)
    assert ChangeSet() == ChangeSet("", "", (), {}, "", ())
    assert Change("a.yml", ChangeKind.ADDED) == ("a.yml", ChangeKind.ADDED, "")


def test_what_is_not_known_of_a_result_is_nothing():
    case = CaseResult("A", "case", Outcome.PASSED, PLACE)
    assert (case.expected, case.reason, case.reads, case.output, case.seconds) == (None, None, (), "", 0)
    assert FieldRead("rule", ("a",)) == ("rule", ("a",), "", True, (), (), 1)
    spec = SpecReport("A", "a.yml", "rule")
    assert (spec.reasons, spec.cases, spec.skipped, spec.reports, spec.deployed) == ((), (), None, {}, True)
    assert Report((), ()) == Report((), (), 0, "", "", "", "", "", "", 0.0, (), ())


def test_what_is_left_out_or_packed_counts_nothing_else():
    assert LeftOut(Omission.EXCLUDED, "*.yml").files == 0
    item = PackItem("a.yml", "A", AnalysisType.RULE, ())
    assert (item.bases, item.deployed) == (0, True)


def test_a_case_has_the_exception_of_its_reason():
    error = BodyError("KeyError", "'x'")
    raised = CaseResult("A", "case", Outcome.ERRORED, PLACE, reason=FunctionRaised("rule", error))
    assert (raised.error, CaseResult("A", "case", Outcome.PASSED, PLACE).error) == (error, None)


def test_cases_are_counted_in_each_spec_and_in_all():
    one = report(Outcome.PASSED, Outcome.SKIPPED, Outcome.PASSED).specs[0]
    both = Report((one, report(Outcome.FAILED).specs[0]), ())
    assert [one.count(each) for each in Outcome] == [2, 0, 0, 1]
    assert [both.count(each) for each in Outcome] == [2, 1, 0, 1]
    assert [case.outcome for case in both.cases] == ["passed", "skipped", "passed", "failed"]


def test_the_errors_are_the_findings_that_reject():
    found = tuple(Finding(CheckId.WRONG_TYPE, level.value, PLACE, level) for level in Level)
    assert report(findings=found).errors == found[:1]


def test_outcomes_and_verdicts_have_the_names_that_reports_and_outputs_use():
    assert list(Outcome) == ["passed", "failed", "errored", "skipped"]
    assert list(Verdict) == ["accepted", "rejected"]


def test_a_correlation_is_evaluated_as_one_though_it_declares_its_detection() -> None:
    for kind, fields, evaluator in (
        (AnalysisType.CORRELATION_RULE, {"Detection": []}, "correlation"),
        (AnalysisType.RULE, {"Detection": []}, "simple"),
        (AnalysisType.RULE, {}, "python"),
    ):
        assert Spec("a.yml", kind, "a", PLACE, fields=fields).evaluator == evaluator


def test_the_error_of_a_reason_is_the_first_exception_in_it() -> None:
    raised, other = BodyError("E", "text", PLACE), BodyError("F", "text", PLACE)
    wrong = (
        AlertFunction("title", NotJson("x")),
        AlertFunction("dedup", raised),
        AlertFunction("runbook", other),
    )
    assert error_of(AlertFunctionsWrong(wrong)) == raised
    assert error_of(AlertFunctionsWrong(wrong[:1])) is None
    assert error_of(FunctionRaised("rule", other)) == other
    assert (error_of(NotRun.CASE), error_of(None)) == (None, None)
