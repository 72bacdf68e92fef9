"""The form of Panther 1.x exactly, and the short form for CI."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.model import (
    CaseResult,
    Finding,
    Level,
    Location,
    Outcome,
    Report,
    SpecReport,
    Standing,
)
from panther_ci.model.reasons import WrongVerdict
from panther_ci.reporters.console import Style, render

WRONG = WrongVerdict("rule", True, False)
PLACE = Location("tests/fixtures/valid_policies/mfa.yml", 9, 5)


def spec_of(name: str, *cases: CaseResult) -> SpecReport:
    return SpecReport(name, PLACE.path, "policy", cases=cases)


def test_a_passing_session_reads_as_in_panther_1() -> None:
    case = CaseResult("AWS.IAM.MFAEnabled", "Root MFA not enabled fails compliance", Outcome.PASSED, PLACE)
    report = Report((spec_of("AWS.IAM.MFAEnabled", case),), (), total=1)
    assert render(report, Style(place="tests/fixtures/valid_policies/")).startswith(
        "[INFO]: Testing Policies in tests/fixtures/valid_policies/\n"
        "\n"
        "AWS.IAM.MFAEnabled\n"
        "\t[PASS] Root MFA not enabled fails compliance\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("console.txt", Style(place="rules/")),
        ("console_ci.txt", Style(ci=True)),
        ("console_explain.txt", Style(ci=True, explain=True)),
        ("console_quiet.txt", Style(quiet=True)),
    ],
)
def test_a_rejected_report_reads_as_it_did(rejected: Report, golden: Path, name: str, style: Style) -> None:
    assert render(rejected, style) == (golden / name).read_text()


def test_an_accepted_report_in_ci_is_a_few_lines(accepted: Report) -> None:
    assert render(accepted, Style(ci=True)) == (
        "Checked 1 of 1 spec in 0.4 s: everything was asked for.\n"
        "::group::1 spec without a failing case\n"
        "AWS.Console.Login: 1 case passed\n"
        "::endgroup::\n"
        "\n"
        "Accepted: 1 case of 1 detection passed.\n"
    )


def test_an_empty_selection_is_reported() -> None:
    text = render(Report((), (), total=7, base="a" * 40), Style())
    assert text.splitlines()[-1] == "Accepted: nothing was selected, so nothing ran."


def test_an_interrupted_run_says_so(accepted: Report) -> None:
    text = render(replace(accepted, interrupted="SIGTERM"), Style())
    assert "Rejected: the run was cut short (SIGTERM).\n" in text


@pytest.mark.parametrize(("tier", "reported"), [("A", False), ("B", True), ("C", True), ("", False)])
def test_a_confinement_that_was_less_than_full_is_reported(
    accepted: Report, tier: str, reported: bool
) -> None:
    text = render(replace(accepted, tier=tier), Style(ci=True))
    assert (f"(tier {tier})" in text) is reported


def test_only_failures_are_listed_where_that_is_asked_for(rejected: Report) -> None:
    text = render(rejected, Style(failures_only=True))
    assert "[FAIL] root login without MFA" in text
    assert not re.search(r"\[PASS\]|\[SKIP\]", text)


def test_sorted_those_with_failures_come_last(rejected: Report) -> None:
    text = render(rejected, Style(sort=True))
    assert text.index("Okta.Brute.Force") < text.index("AWS.Console.Login")


def test_quiet_lists_no_detection(rejected: Report) -> None:
    assert "[FAIL]" not in render(rejected, Style(quiet=True))


def test_the_last_lines_are_at_most_forty_of_what_is_wrong() -> None:
    case = CaseResult("R", "c", Outcome.FAILED, PLACE, reason=WRONG)
    specs = tuple(SpecReport(f"R{n}", f"{n}.yml", "rule", cases=(case,)) for n in range(60))
    lines = render(Report(specs, ()), Style()).splitlines()
    recap = lines[lines.index("What is wrong:") + 1 :]
    assert len(recap) == 43
    assert recap[40:] == ["… 20 more lines; all of it is above", "", "Rejected: 60 cases failed."]


def test_remarks_beyond_ten_are_counted_by_kind_and_folded_in_a_log() -> None:
    findings = tuple(
        Finding(check, "odd", Location("a.yml", n), Level.WARNING)
        for n in range(9)
        for check in (CheckId.ID_LENGTH, CheckId.UNKNOWN_LOG_TYPE)
    )
    report = Report((), findings)
    assert "and 8 more remarks: 4 id-length, 4 unknown-log-type\n" in render(report, Style())
    log = render(report, Style(ci=True))
    assert "::group::8 more remarks: 4 id-length, 4 unknown-log-type\n" in log
    assert log.count("warning: odd") == 18


def test_what_was_there_before_is_folded_and_named() -> None:
    there = Standing.ALREADY_THERE
    finding = Finding(CheckId.UNKNOWN_KEY, "odd", Location("a.yml", 1), standing=there)
    case = CaseResult("A", "c", Outcome.FAILED, PLACE, reason=WRONG, standing=there)
    report = Report((spec_of("A", case),), (finding,), compared=True)
    log = render(report, Style(ci=True))
    assert "::group::1 spec with no other failures than before this change\nA\n\t[FAIL] c\n" in log
    assert "::group::1 error in the content that was there before this change\na.yml:1: error: odd" in log
    assert log.endswith("2 problems were there before this change.\n")
    assert "What is wrong" not in log


def test_colour_is_only_written_where_asked_for(rejected: Report) -> None:
    plain, coloured = render(rejected, Style()), render(rejected, Style(colour=True))
    assert "\x1b" not in plain
    assert "\t[\x1b[31mFAIL\x1b[0m] root login without MFA" in coloured
    assert "\t[\x1b[32mPASS\x1b[0m] root login with MFA" in coloured


def test_the_end_of_a_long_output_is_kept() -> None:
    output = "".join(f"line {number}\n" for number in range(500))
    case = CaseResult("A", "case", Outcome.FAILED, PLACE, reason=WRONG, output=output)
    lines = render(Report((spec_of("A", case),), ()), Style()).splitlines()
    assert "\t\t| … 460 lines above" in lines
    assert "\t\t| line 499" in lines


def test_an_escape_sequence_of_a_body_is_shown_not_obeyed() -> None:
    case = CaseResult("A", "\x1b[2Jhidden\u202e", Outcome.PASSED, PLACE)
    assert "\t[PASS] \\x1b[2Jhidden\\u202e\n" in render(Report((spec_of("A", case),), ()), Style())
