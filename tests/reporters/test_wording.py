"""What the sentences of a report say."""

from panther_ci.model import BodyError, CaseResult, FieldRead, Location, Outcome, Report, SpecReport
from panther_ci.reporters.console import Style
from panther_ci.reporters.console import render as render_console
from panther_ci.reporters.html import render as render_html
from panther_ci.reporters.junit import render as render_junit
from panther_ci.reporters.wording import evidence, explain

PLACE = Location("a.yml", 3, 5)


def test_a_wrong_verdict_tells_what_was_expected_what_came_and_what_was_read() -> None:
    reads = (
        FieldRead("user", '"root"'),
        FieldRead("usr", found=False, nearest="user"),
        FieldRead("x", found=False),
    )
    case = CaseResult("A", "c", Outcome.FAILED, PLACE, True, "False", reads=reads, hint="look")
    assert explain(case) == (
        "expected True, got False",
        "read usr, which the event doesn't have; the nearest name is user",
        "read x, which the event doesn't have",
        'read user = "root"',
        "hint: look",
    )


def test_a_message_that_says_it_all_is_not_repeated() -> None:
    message = "expected an alert, but rule() returned False"
    case = CaseResult("A", "c", Outcome.FAILED, PLACE, True, "False", message)
    assert explain(case) == (message,)


def test_a_missing_field_that_the_hint_tells_of_is_not_repeated() -> None:
    reads = (FieldRead("usr", found=False, nearest="user"), FieldRead("kind", "1"))
    hint = "the body read `usr`, which the event hasn't; nearest: `user`"
    case = CaseResult("A", "c", Outcome.FAILED, PLACE, True, "False", hint=hint, reads=reads)
    assert explain(case) == ("expected True, got False", "read kind = 1", f"hint: {hint}")


def test_a_message_that_says_less_is_completed() -> None:
    error = BodyError("KeyError", "'x'", Location("a.py", 2, 1))
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, False, message="the title can't be made", error=error)
    assert explain(case) == (
        "the title can't be made",
        "expected False",
        "raised KeyError: 'x'",
        "raised at a.py:2:1",
    )


def test_a_timeout_tells_what_was_expected() -> None:
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, True, message="no answer within 10 s")
    assert explain(case) == ("no answer within 10 s", "expected True")


def test_many_reads_are_counted() -> None:
    reads = tuple(FieldRead(f"f{number}", "1") for number in range(15))
    case = CaseResult("A", "c", Outcome.FAILED, PLACE, True, "False", reads=reads)
    assert explain(case)[-1] == "read 3 more fields"


def test_evidence_is_the_end_of_what_a_bad_case_left() -> None:
    error = BodyError("E", "e", None, "first\nlast\n")
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, error=error, output="0123456789\n")
    assert evidence(case, 4) == (
        ("traceback", "… (6 characters above)\nlast"),
        ("printed", "… (6 characters above)\n6789"),
    )


def test_a_case_that_passed_leaves_no_evidence() -> None:
    assert evidence(CaseResult("A", "c", Outcome.PASSED, PLACE, output="noise"), 100) == ()


def test_much_output_of_many_cases_stays_bounded() -> None:
    noise = "\u202e\n" * 50_000
    error = BodyError("E" * 9999, "e" * 9999, None, noise)
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, error=error, output=noise)
    report = Report((SpecReport("A", "a.yml", "rule", cases=(case,) * 250),), ())
    texts = (render_console(report, Style()), render_junit(report), render_html(report))
    assert [text for text in texts if len(text) > 30_000_000] == []
