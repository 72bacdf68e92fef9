"""Annotations: on the exact line, within the limits, escaped as @actions/core does.

`data/escape_vectors.json` holds what @actions/core prints; `data/escape_vectors.mjs` made it.
"""

import json
from dataclasses import replace
from pathlib import Path

from panther_ci.model import CaseResult, Finding, Level, Location, Outcome, Report, SpecReport
from panther_ci.model.reasons import BodyError, FunctionRaised, WrongVerdict
from panther_ci.reporters.annotations import escape_data, escape_property, render


def with_findings(*findings: Finding) -> Report:
    return Report((), findings)


def with_cases(*cases: CaseResult) -> Report:
    return Report((SpecReport("A", "a.yml", "rule", cases=cases),), ())


def raised(name: str, line: int = 7) -> CaseResult:
    error = BodyError("KeyError", "'x'", Location("a.py", 7, 12))
    reason = FunctionRaised("rule", error)
    return CaseResult("A", name, Outcome.ERRORED, Location("a.yml", line, 11), True, reason)


def findings(number: int, level: Level = Level.ERROR) -> list[Finding]:
    return [Finding("some-check", f"wrong {n}", Location("a.yml", n + 1), level) for n in range(number)]


def issue_command(text: str) -> str:
    value = escape_property(text)
    return f"::error title={value},file={value},line=3,col=7::{escape_data(text)}\n"


def test_escaping_is_that_of_actions_core(data: Path) -> None:
    vectors = json.loads((data / "escape_vectors.json").read_text())
    ours = [issue_command(text) for text, _ in vectors]
    assert ours == [printed for _, printed in vectors]
    assert len(ours) == 20


def test_a_rejected_report_reads_as_it_did(rejected: Report, golden: Path) -> None:
    assert render(rejected) == (golden / "annotations.txt").read_text()


def test_an_accepted_report_has_none(accepted: Report) -> None:
    assert render(accepted) == ""


def test_a_wrong_verdict_is_placed_at_the_name_of_the_case() -> None:
    reason = WrongVerdict("rule", True, False)
    case = CaseResult("A", "c", Outcome.FAILED, Location("a.yml", 31, 11), True, reason)
    assert render(with_cases(case)) == (
        "::error file=a.yml,line=31,col=11,title=A%3A c::expected an alert, but rule() returned False\n"
    )


def test_an_exception_is_placed_at_the_line_of_the_body_and_names_the_case() -> None:
    text = render(with_cases(raised("c", 44)))
    assert text.startswith("::error file=a.py,line=7,col=12,title=A%3A c::")
    assert text.endswith("%0Ain the case `c` of A (a.yml:44:11)\n")


def test_a_detection_has_one_annotation_that_names_the_first_cases() -> None:
    (line,) = render(with_cases(*(raised(f"case {n}", n + 1) for n in range(12)))).splitlines()
    assert "title=A%3A 12 cases::12 cases: rule() raised KeyError" in line
    assert line.endswith("%0Ain the case `case 2` of A (a.yml:3:11)%0Aand 9 more cases")


def test_an_unknown_line_is_left_out() -> None:
    text = render(with_findings(Finding("some-check", "wrong", Location("a.yml"))))
    assert text == "::error file=a.yml,title=some-check::wrong\n"


def test_a_column_is_never_given_without_a_line() -> None:
    assert "col=" not in render(with_findings(Finding("some-check", "wrong", Location("a.yml", None, 4))))


def test_ten_of_a_level_are_all_shown() -> None:
    assert render(with_findings(*findings(10))).count("::error ") == 10


def test_of_more_than_ten_the_last_one_says_how_many_more() -> None:
    lines = render(with_findings(*findings(25))).splitlines()
    assert len(lines) == 10
    assert lines[-1].startswith("::error title=16 more errors not shown here::The log")


def test_each_level_has_its_own_ten_and_the_most_severe_are_first() -> None:
    many = [
        finding for level in (Level.NOTICE, Level.ERROR, Level.WARNING) for finding in findings(30, level)
    ]
    levels = [line.split(" ")[0] for line in render(with_findings(*many)).splitlines()]
    assert levels == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"] * 10


def test_the_order_does_not_depend_on_the_order_of_the_findings() -> None:
    many = findings(8)
    assert render(with_findings(*many)) == render(with_findings(*reversed(many)))


def test_a_long_message_stays_below_what_the_runner_cuts() -> None:
    text = render(with_findings(Finding("some-check", "😀" * 5000, Location("a.yml", 1))))
    message = text.split("::", 2)[2].rstrip("\n")
    assert len(message.encode()) <= 4096
    assert message.endswith("… (cut here; the log has the rest)")


def test_a_path_that_looks_like_properties_stays_one_property() -> None:
    text = render(with_findings(Finding("some-check", "wrong", Location("a,line=1::x.yml", 2))))
    assert text == "::error file=a%2Cline=1%3A%3Ax.yml,line=2,title=some-check::wrong\n"


def test_a_run_cut_short_comes_first(rejected: Report) -> None:
    text = render(replace(rejected, interrupted="SIGTERM"))
    assert text.startswith("::error title=run-interrupted::the run was cut short (SIGTERM)")
