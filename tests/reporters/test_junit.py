"""JUnit as another reader, junitparser, understands it."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from panther_ci.catalogue import CheckId
from panther_ci.model import CaseResult, Finding, Location, Outcome, Report, SpecReport, Standing
from panther_ci.model.reasons import Skip, WrongVerdict
from panther_ci.reporters.junit import render

DISABLED = "the detection is disabled, and disabled ones are skipped here (skip-disabled-tests)"


def read_suites(report: Report) -> dict[str, TestSuite]:
    return {suite.name: suite for suite in JUnitXml.fromstring(render(report).encode())}


def read_cases(suite: TestSuite) -> dict[str, TestCase]:
    return {case.name: case for case in suite}


def test_a_rejected_report_reads_as_it_did(rejected: Report, golden: Path) -> None:
    assert render(rejected) == (golden / "junit.xml").read_text()


def test_totals_are_those_of_the_report(rejected: Report) -> None:
    whole = JUnitXml.fromstring(render(rejected).encode())
    assert (whole.tests, whole.failures, whole.errors, whole.time > 0) == (5, 1, 2, True)


def test_each_detection_is_a_suite_with_its_file(rejected: Report) -> None:
    root = ElementTree.fromstring(render(rejected))
    files = {suite.get("name"): suite.get("file") for suite in root}
    assert files["AWS.Console.Login"] == "rules/aws_console_login.yml"


def test_each_outcome_has_its_element(rejected: Report) -> None:
    suites = read_suites(rejected)
    login = read_cases(suites["AWS.Console.Login"])
    assert login["root login with MFA"].result == []
    assert [type(result) for result in login["root login without MFA"].result] == [Failure]
    assert [type(result) for result in login["login without identity"].result] == [Error]
    (skipped,) = read_cases(suites["Okta.Brute.Force"])["many failures"].result
    assert (type(skipped), skipped.message) == (Skipped, DISABLED)


def test_a_failure_has_the_whole_story(rejected: Report) -> None:
    case = read_cases(read_suites(rejected)["AWS.Console.Login"])["root login without MFA"]
    assert case.result[0].message == "expected an alert, but rule() returned False"
    assert "did you mean `additionalEventData.MFAUsed`?" in case.result[0].text
    assert case.system_out == "checking 123456789012"


def test_a_case_names_its_file_and_line(rejected: Report) -> None:
    case = ElementTree.fromstring(render(rejected)).find(".//testcase[@name='root login without MFA']")
    assert case is not None
    assert (case.get("classname"), case.get("file"), case.get("line")) == (
        "AWS.Console.Login",
        "rules/aws_console_login.yml",
        "31",
    )


def test_an_exception_gives_its_type(rejected: Report) -> None:
    (error,) = read_cases(read_suites(rejected)["AWS.Console.Login"])["login without identity"].result
    assert (error.type, error.message) == (
        "KeyError",
        "rule() raised KeyError: 'userIdentity' at rules/aws_console_login.py:7:12",
    )


def test_a_spec_that_failed_to_load_is_an_error() -> None:
    finding = Finding("yaml-syntax", "not YAML", Location("rules/a.yml", 3), hint="fix it")
    (case,) = read_suites(Report((), (finding,)))["rules/a.yml"]
    assert [(type(result), result.message) for result in case.result] == [(Error, "not YAML")]


def test_a_report_of_nothing_is_still_a_document() -> None:
    assert JUnitXml.fromstring(render(Report((), ())).encode()).tests == 0


def test_a_run_cut_short_is_an_error(accepted: Report) -> None:
    whole = JUnitXml.fromstring(render(replace(accepted, interrupted="SIGTERM")).encode())
    assert (whole.tests, whole.errors) == (2, 1)


def test_a_skipped_spec_without_cases_is_skipped() -> None:
    spec = SpecReport("Q", "q.yml", "correlation_rule", skipped=Skip.DISABLED)
    (case,) = read_suites(Report((spec,), ()))["Q"]
    assert case.result[0].message.startswith("the detection is disabled, and disabled ones are skipped")


def test_what_xml_forbids_is_removed_and_the_rest_survives() -> None:
    case = CaseResult("A", "a\x00b\ud800<&>\"'\u202e", Outcome.PASSED, Location("a.yml", 1))
    (read,) = read_suites(Report((SpecReport("A", "a.yml", "rule", cases=(case,)),), ()))["A"]
    assert read.name == "ab<&>\"'\\u202e"


def test_what_was_there_before_a_change_is_skipped_and_says_why() -> None:
    there = Standing.ALREADY_THERE
    reason = WrongVerdict("rule", True, False)
    case = CaseResult("A", "c", Outcome.FAILED, Location("a.yml", 1), True, reason, standing=there)
    finding = Finding(CheckId.UNKNOWN_KEY, "odd", Location("a.yml", 2), standing=there)
    report = Report((SpecReport("A", "a.yml", "rule", cases=(case,)),), (finding,), compared=True)
    (suite,) = ElementTree.fromstring(render(report).encode())
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("0", "0", "2")
    assert [each.get("message") for each in suite.iter("skipped")] == [
        "wrong before this change too: odd",
        "wrong before this change too: expected an alert, but rule() returned False",
    ]
