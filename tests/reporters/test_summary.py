"""The step summary and the comment: verdict first, links to lines, cut on purpose."""

from pathlib import Path

import pytest

from panther_ci.model import CaseResult, Finding, Location, Outcome, Report, SpecReport
from panther_ci.model.reasons import NotABoolean, Value
from panther_ci.reporters import comment
from panther_ci.reporters.links import SourceLinks
from panther_ci.reporters.summary import render

LINKS = SourceLinks("https://github.example", "acme/detections", "c0ffee")
LIMIT = 1_048_576


def long_report(number: int) -> Report:
    """A report in which every part is far too long."""
    reasons = tuple("<because>" * 50 for _ in range(9))
    return Report(tuple(wrong_spec(n, reasons) for n in range(number)), (), total=number)


def wrong_spec(number: int, reasons: tuple[str, ...]) -> SpecReport:
    reason = NotABoolean("`<@" * 600, Value("int", "1"))
    name, place = "|<" * 90, Location(f"{number}.yml", 1)
    case = CaseResult("A" * 200, name, Outcome.FAILED, place, reason=reason, output="<" * 9000)
    return SpecReport(f"{number}" * 60, f"{number}.yml", "rule", reasons, (case,))


def test_a_rejected_report_reads_as_it_did(rejected: Report, golden: Path) -> None:
    assert render(rejected, LINKS) == (golden / "summary.md").read_text()


def test_the_verdict_is_the_first_line(rejected: Report, accepted: Report) -> None:
    assert render(rejected).startswith(
        "## ❌ Rejected: 1 case failed, 1 case errored, 1 error in the content.\n"
    )
    assert render(accepted).startswith("## ✅ Accepted: 1 case of 1 detection passed.\n")


def test_the_parts_come_in_their_order(rejected: Report) -> None:
    text = render(rejected)
    parts = ["## ❌", "### What is wrong", "### Counts", "Why each was selected"]
    assert sorted(parts, key=text.index) == parts


def test_places_link_to_their_lines(rejected: Report) -> None:
    url = "(https://github.example/acme/detections/blob/c0ffee/rules/aws_console_login.yml#L31)"
    assert url in render(rejected, LINKS)


def test_a_path_can_not_leave_its_link() -> None:
    finding = Finding("some-check", "wrong", Location("a) [x](y|\udcff#?.yml", 2))
    text = render(Report((), (finding,)), LINKS)
    assert "/blob/c0ffee/a%29%20%5Bx%5D%28y%7C%FF%23%3F.yml#L2)" in text


def test_without_links_places_are_plain(rejected: Report) -> None:
    assert "](" not in render(rejected)


@pytest.fixture(scope="module")
def cut_summary() -> str:
    """The summary of more than GitHub takes."""
    return render(long_report(3000), LINKS)


def test_a_summary_that_is_too_long_is_cut_and_says_so(cut_summary: str) -> None:
    assert LIMIT * 0.5 < len(cut_summary.encode()) < LIMIT
    assert cut_summary.count("**The rest was left out") == 3


def test_a_cut_summary_still_has_its_counts_and_closes_what_it_opened(cut_summary: str) -> None:
    assert "| 3000 | 0 | 3000 | 0 | 0 | 0 |" in cut_summary
    assert cut_summary.count("<details>") == cut_summary.count("</details>")
    assert cut_summary.count("<pre>") == cut_summary.count("</pre>")


def test_the_comment_is_found_again_by_its_first_line(rejected: Report) -> None:
    assert comment.render(rejected, LINKS).startswith(f"{comment.MARKER}\n## ❌ Rejected")


def test_the_comment_leads_to_the_whole_report(rejected: Report, golden: Path) -> None:
    text = comment.render(rejected, LINKS, "https://github.example/acme/detections/actions/runs/1")
    assert text == (golden / "comment.md").read_text()


def test_a_comment_of_too_much_is_cut_and_says_so() -> None:
    text = comment.render(long_report(500), LINKS, "https://github.example/run")
    assert 35_000 < len(text) <= 65_536
    assert "**The rest is in the summary of the run.**" in text
    assert text.endswith("[The whole report](https://github.example/run)\n")


def test_an_accepted_comment_is_short(accepted: Report) -> None:
    assert len(comment.render(accepted).splitlines()) == 8


def test_names_between_backticks_are_code() -> None:
    text = render(Report((), (Finding("some-check", "no `a|b` in `c", Location("")),)))
    assert "no <code>a&#124;b</code> in &#96;c\n" in text
