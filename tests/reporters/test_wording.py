"""What the sentences of a report say."""

from dataclasses import replace
from enum import Enum
from typing import get_args

import pytest

from panther_ci.model import (
    CaseResult,
    FieldRead,
    Finding,
    LeftOut,
    Location,
    Omission,
    Outcome,
    Report,
    SpecReport,
)
from panther_ci.model.reasons import (
    AlertFunction,
    AlertFunctionsWrong,
    BaseElsewhere,
    BodyError,
    BodyNotLoaded,
    ConditionsDiffer,
    ConditionUndecided,
    DestinationsDiffer,
    Ending,
    FunctionProblem,
    FunctionRaised,
    MalformedMessage,
    MatcherMissing,
    MockUnknown,
    NoDestinations,
    NoResult,
    NotABoolean,
    NotDecidedHere,
    NotJson,
    NotReached,
    NotRun,
    ProcessEnded,
    Reason,
    Refused,
    Skip,
    StringCut,
    TimedOut,
    TooLarge,
    TooManyDestinations,
    Unfinished,
    UnknownDestination,
    UnknownSeverity,
    Value,
    WrongDestination,
    WrongType,
    WrongVerdict,
)
from panther_ci.reporters.console import Style
from panther_ci.reporters.console import render as render_console
from panther_ci.reporters.html import render as render_html
from panther_ci.reporters.junit import render as render_junit
from panther_ci.reporters.reasons_in_words import Words, words_of
from panther_ci.reporters.wording import (
    evidence,
    evidence_limit,
    explain,
    left_out,
    next_step,
    scope,
    words_of_finding,
)

PLACE = Location("a.yml", 3, 5)
ERROR = BodyError("KeyError", "'x'", Location("a.py", 2))
OFFLINE = BodyError("E", "x" * 300, network=True)
UNPLUGGED = "mock the function that needs the network in the case (`Mocks`)"
UNPLUGGED_IMPORT = "use the network in a function that a case can mock, not while the body is imported"
IDLE = "`returnValue` is what a call returns, and nothing called A, B: mock a function, not a constant"
REFUSED = BodyError("PermissionError", "[Errno 13]", refused=True)
CONFINED = "bodies run without files, network, processes and threads: mock what needs them in the case"
BOOLEAN = "wrap the answer in bool(...), or make every path of rule() return True or False"
ENDED = "a body must not end its process or use up its memory"
LOOP = "look for a loop that never ends, or raise `timeout-seconds`"

# Every reason, most of them in all forms, in the words of a reader.
WORDS: tuple[tuple[Reason, Words], ...] = (
    (
        WrongVerdict("rule", True, False),
        Words("expected an alert, but rule() returned False"),
    ),
    (WrongVerdict("rule", False, True), Words("expected no alert, but rule() returned True")),
    (
        WrongVerdict("rule", False, True, ("A", "B")),
        Words("expected no alert, but rule() returned True", IDLE),
    ),
    (
        WrongVerdict("policy", True, False),
        Words("expected compliant, but policy() returned False"),
    ),
    (
        WrongVerdict("policy", False, True),
        Words("expected not compliant, but policy() returned True"),
    ),
    (
        NotABoolean("rule", Value("int", "1")),
        Words("rule() returned 1 (int), not True or False", BOOLEAN),
    ),
    (
        NotABoolean("rule", Value("NoneType", "None")),
        Words("rule() returned None, not True or False", BOOLEAN),
    ),
    (
        NotABoolean("rule", Value("str", "it's")),
        Words('rule() returned "it\'s" (str), not True or False', BOOLEAN),
    ),
    (
        NotABoolean("rule", Value("A", "<A at 0x7f01>")),
        Words("rule() returned <A> (A), not True or False", BOOLEAN),
    ),
    (FunctionRaised("rule", ERROR), Words("rule() raised KeyError: 'x' at a.py:2")),
    (FunctionRaised("rule", BodyError("E", "")), Words("rule() raised E")),
    (FunctionRaised("rule", REFUSED), Words("rule() raised PermissionError: [Errno 13]", CONFINED)),
    (FunctionRaised("rule", OFFLINE), Words("rule() raised E: bodies have no network", UNPLUGGED)),
    (
        BodyNotLoaded("a.py", OFFLINE),
        Words("importing a.py raised E: bodies have no network", UNPLUGGED_IMPORT),
    ),
    (
        MockUnknown("ask", "a.py"),
        Words(
            "the mock 'ask' names nothing in a.py",
            "a mock replaces a name that the body defines, imports or takes from Python's builtins",
        ),
    ),
    (BodyNotLoaded("a.py", ERROR), Words("importing a.py raised KeyError: 'x' at a.py:2")),
    (BodyNotLoaded("a.py", REFUSED), Words("importing a.py raised PermissionError: [Errno 13]", CONFINED)),
    (
        BodyNotLoaded("a.py", BodyError("ImportError", "x")),
        Words(
            "importing a.py raised ImportError: x",
            "make it a global of this repository, or name its package in the file that `requirements` gives",
        ),
    ),
    (
        MatcherMissing("a.py", "rule"),
        Words("a.py has no function rule()", "define `def rule(event):` that returns True or False"),
    ),
    (
        MatcherMissing("a.py", "policy"),
        Words("a.py has no function policy()", "define `def policy(resource):` that returns True or False"),
    ),
    (NotReached("forever", TimedOut(10.0)), Words("not run: `forever` used up the detection's 10 s")),
    (NotReached("boom", ProcessEnded(-9)), Words("not run: the process ended in `boom`")),
    (NotReached("boom", MalformedMessage("x")), Words("not run: the process was killed in `boom`")),
    (
        Unfinished(TimedOut(10.0), BodyError("Timeout", "", Location("a.py", 2)), "a.py"),
        Words("a.py was not imported within 10 s; it was at a.py:2", LOOP),
    ),
    (
        Unfinished(ProcessEnded(0), None, "a.py"),
        Words("the process ended without a result (exit code 0) before a.py was imported", ENDED),
    ),
    (NotRun.CASE, Words("The case was not run.", "Fix the findings of this detection first.")),
    (NotRun.BODY, Words("The body was never loaded.", "Run it again.")),
    (
        Skip.DISABLED,
        Words("the detection is disabled, and disabled ones are skipped here (skip-disabled-tests)"),
    ),
    (Skip.OTHER_CASES, Words("it has no case of a name that is asked for (test-names)")),
    (
        NotDecidedHere("only a deployment decides the condition `X`", PLACE),
        Words(
            "its conditions can't be decided here: only a deployment decides the condition `X` (a.yml:3:5)"
        ),
    ),
    (
        NotDecidedHere("expressions are a list"),
        Words("its conditions can't be decided here: expressions are a list"),
    ),
    (ConditionsDiffer(expected=True), Words("expected an alert, but not all conditions hold")),
    (ConditionsDiffer(expected=False), Words("expected no alert, but all conditions hold")),
    (Refused.BY_FILTERS, Words("expected an alert, but `InlineFilters` refuse the event")),
    (
        ConditionUndecided(("Detection", 0), "`a` is 1, which is no list"),
        Words(
            "a condition can't be decided: `a` is 1, which is no list",
            "put a condition before it that such events do not meet, or fix the event",
        ),
    ),
    (
        BaseElsewhere("Panther.Managed"),
        Words("its base Panther.Managed is not in the repository, so there is no body to run"),
    ),
    (
        StringCut("title", 1500, 1000),
        Words("title() returned 1500 characters; a deployment keeps 1000", "shorten what title() returns"),
    ),
)
FUNCTIONS: tuple[tuple[FunctionProblem, str], ...] = (
    (ERROR, "f() raised KeyError: 'x' at a.py:2"),
    (WrongType(Value("int", "5"), "str"), "f() returned 5 (int), not a string"),
    (WrongType(Value("int", "5"), "list"), "f() returned 5 (int), not a list of destinations"),
    (WrongType(Value("int", "5"), "dict"), "f() returned 5 (int), not a dictionary"),
    (
        UnknownSeverity(Value("str", "FATAL"), ("LOW", "HIGH")),
        "f() returned 'FATAL' (str), not one of LOW, HIGH",
    ),
    (WrongDestination("int"), "f() returned a list with a value of type int, not only strings"),
    (TooManyDestinations(11, 10), "f() returned 11 destinations; an alert takes at most 10"),
    (UnknownDestination("z", ("a", "b")), "f() returned 'z', not one of a, b"),
    (DestinationsDiffer(("b", "a"), ()), "f() returned [], but the case expects ['a', 'b']"),
    (DestinationsDiffer((), None), "f() returned None, but the case expects []"),
    (NoDestinations(("a",)), "the case expects the destinations ['a'], but there is no function f()"),
    (NotJson("set"), "f() returned a dictionary that is not JSON: set"),
    (TooLarge(300, 200), "f() returned 300 bytes of JSON; an alert takes at most 200"),
)
ENDINGS: tuple[tuple[Ending, Words], ...] = (
    (TimedOut(0.5), Words("ran longer than 0.5 s", LOOP)),
    (TimedOut(30.0), Words("ran longer than 30 s", LOOP)),
    (ProcessEnded(0), Words("the process ended without a result (exit code 0)", ENDED)),
    (ProcessEnded(-11), Words("the process ended without a result (killed by SIGSEGV)", ENDED)),
    (ProcessEnded(-99), Words("the process ended without a result (killed by signal 99)", ENDED)),
    (ProcessEnded(-9), Words("the process was killed before it gave a result", ENDED)),
    (ProcessEnded(-24), Words("the process used more processor time than it may", ENDED)),
    (
        MalformedMessage("too long"),
        Words("the process was killed: malformed message on its result pipe (too long)"),
    ),
    (
        NoResult.STILL_RUNNING,
        Words(
            "the process did not end after its result",
            "a body must leave nothing running when its functions have returned",
        ),
    ),
    (NoResult.EVENT_NOT_JSON, Words("an event of the cases can't be written as JSON")),
    (
        NoResult.DIED_TWICE,
        Words("the process that ran it died, and so did the one that tried again"),
    ),
    (NoResult.UNKNOWN, Words("the process gave no result for this case")),
)


def kinds(union: object) -> set[object]:
    """The members of a union of reasons; of an enum, each of its members."""
    members = [list(kind) if issubclass(kind, Enum) else [kind] for kind in get_args(union)]
    return {each for group in members for each in group}


def kind_of(reason: object) -> object:
    return reason if isinstance(reason, Enum) else type(reason)


@pytest.mark.parametrize(("reason", "words"), WORDS)
def test_a_reason_has_its_words(reason: Reason, words: Words) -> None:
    assert words_of(reason) == words


@pytest.mark.parametrize(("problem", "words"), FUNCTIONS)
def test_a_wrong_alert_function_has_its_words(problem: FunctionProblem, words: str) -> None:
    assert words_of(AlertFunctionsWrong((AlertFunction("f", problem),))) == Words(words)


@pytest.mark.parametrize(("ending", "words"), ENDINGS)
def test_an_ending_has_its_words(ending: Ending, words: Words) -> None:
    assert words_of(Unfinished(ending)) == words
    stopped = words_of(Unfinished(ending, BodyError("Timeout", "", Location("a.py", 2))))
    assert stopped == words._replace(message=f"{words.message}; it was at a.py:2")


def test_no_reason_is_without_a_test_of_its_words() -> None:
    assert {kind_of(reason) for reason, _ in WORDS} | {AlertFunctionsWrong, Unfinished} == kinds(Reason)
    assert {kind_of(problem) for problem, _ in FUNCTIONS} == kinds(FunctionProblem)
    assert {kind_of(ending) for ending, _ in ENDINGS} == kinds(Ending)


def test_all_wrong_alert_functions_are_reported_and_the_confinement_is_explained() -> None:
    wrong = (AlertFunction("title", WrongType(Value("int", "5"), "str")), AlertFunction("dedup", REFUSED))
    assert words_of(AlertFunctionsWrong(wrong)) == Words(
        "title() returned 5 (int), not a string; dedup() raised PermissionError: [Errno 13]", CONFINED
    )


def test_messages_quote_only_the_beginning_of_a_text() -> None:
    value = words_of(NotABoolean("f", Value("int", "1" * 300))).message
    assert value == f"f() returned {'1' * 199}… (int), not True or False"
    assert words_of(FunctionRaised("f", BodyError("E", "x" * 300))).message == f"f() raised E: {'x' * 199}…"
    assert words_of(MockUnknown("m" * 300, "a.py")).message == f"the mock '{'m' * 198}… names nothing in a.py"


def test_a_finding_has_its_own_words_or_those_of_its_reason() -> None:
    own = Finding("some-check", "wrong", PLACE, hint="look")
    assert words_of_finding(own) == Words("wrong", "look")
    assert words_of_finding(own._replace(message="", hint="", reason=NotRun.BODY)) == words_of(NotRun.BODY)


WRONG = CaseResult("A", "c", Outcome.FAILED, PLACE, True, WrongVerdict("rule", True, False))


def test_a_wrong_verdict_says_what_was_expected_what_came_and_what_was_read() -> None:
    reads = (
        FieldRead("rule", ("user",), '"root"'),
        FieldRead("rule", ("x",), found=False),
        FieldRead("rule", ("ids", 0, "usr"), found=False, nearest=("ids", 0, "user")),
    )
    assert explain(replace(WRONG, reads=reads)) == (
        "expected an alert, but rule() returned False",
        'read user = "root"',
        "`x` is not in the event",
        "hint: `ids[0].usr` is not in the event; did you mean `ids[0].user`?",
    )


def test_without_a_near_name_the_missing_field_that_was_read_last_is_the_hint() -> None:
    reads = tuple(FieldRead("rule", (name,), found=False) for name in "xy")
    case = replace(WRONG, reads=reads)
    assert explain(case)[1:] == ("`y` is not in the event", "hint: `x` is not in the event")
    assert next_step(case) == "`x` is not in the event"


def test_the_hint_of_a_reason_comes_before_one_about_fields() -> None:
    reason = NotABoolean("rule", Value("NoneType", "None"))
    reads = (FieldRead("rule", ("usr",), found=False, nearest=("user",)),)
    assert explain(replace(WRONG, reason=reason, reads=reads)) == (
        "rule() returned None, not True or False",
        "expected True",
        "`usr` is not in the event; did you mean `user`?",
        f"hint: {BOOLEAN}",
    )


def test_an_exception_says_where_and_what_was_expected() -> None:
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, False, FunctionRaised("rule", ERROR))
    assert explain(case) == ("rule() raised KeyError: 'x' at a.py:2", "expected False")


def test_a_long_text_of_an_exception_follows_in_full() -> None:
    error = BodyError("E", "x" * 300, Location("a.py", 2))
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, reason=FunctionRaised("rule", error))
    assert explain(case) == (f"rule() raised E: {'x' * 199}… at a.py:2", f"E: {'x' * 300}")


def test_the_long_text_of_a_network_client_is_left_out() -> None:
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, reason=FunctionRaised("rule", OFFLINE))
    assert explain(case) == ("rule() raised E: bodies have no network", f"hint: {UNPLUGGED}")


def test_a_timeout_says_what_was_expected() -> None:
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, True, Unfinished(TimedOut(10.0)))
    assert explain(case) == ("ran longer than 10 s", "expected True", f"hint: {LOOP}")


def test_a_case_that_was_not_reached_says_only_why() -> None:
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, True, NotReached("boom", ProcessEnded(0)))
    assert explain(case) == ("not run: the process ended in `boom`",)


def test_a_skipped_case_says_why_and_a_passed_one_nothing() -> None:
    skipped = CaseResult("A", "c", Outcome.SKIPPED, PLACE, True, BaseElsewhere("B"))
    assert explain(skipped) == ("its base B is not in the repository, so there is no body to run",)
    assert explain(replace(WRONG, outcome=Outcome.PASSED, reason=None)) == ()


def test_many_reads_are_counted() -> None:
    reads = tuple(FieldRead("rule", (f"f{number}",), "1") for number in range(15))
    assert explain(replace(WRONG, reads=reads))[-1] == "read 3 more fields"


def test_evidence_is_the_end_of_what_a_bad_case_left() -> None:
    reason = FunctionRaised("rule", BodyError("E", "e", None, "first\nlast\n"))
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, reason=reason, output="0123456789\n")
    assert evidence(case, 4) == (
        ("traceback", "… (6 characters above)\nlast"),
        ("printed", "… (6 characters above)\n6789"),
    )


def test_a_case_that_passed_leaves_no_evidence() -> None:
    assert evidence(CaseResult("A", "c", Outcome.PASSED, PLACE, output="noise"), 100) == ()


def bad_cases(number: int, noise: str = "") -> Report:
    reason = FunctionRaised("rule", BodyError("E" * 9999, "e" * 9999, None, noise))
    case = CaseResult("A", "c", Outcome.ERRORED, PLACE, reason=reason, output=noise)
    return Report((SpecReport("A", "a.yml", "rule", cases=(case,) * number),), ())


@pytest.mark.parametrize(
    ("number", "limit"),
    [(0, 8000), (1, 8000), (250, 8000), (251, 7968), (1000, 2000), (10_000, 200), (50_000, 200)],
)
def test_the_more_cases_went_wrong_the_less_is_shown_of_each(number: int, limit: int) -> None:
    assert evidence_limit(bad_cases(number)) == limit


def test_much_output_of_a_case_stays_bounded() -> None:
    report = bad_cases(4, "\u202e\n" * 50_000)
    texts = (render_console(report, Style()), render_junit(report), render_html(report))
    assert [text for text in texts if len(text) > 4 * 120_000] == []


def test_the_scope_says_what_was_left_out_and_by_what():
    left = (
        LeftOut(Omission.EXCLUDED, "legacy/", 12),
        LeftOut(Omission.EXCLUDED, "*.txt"),
        LeftOut(Omission.TEMPLATES, "templates/", 1),
        LeftOut(Omission.ENVIRONMENT, "tools/env/"),
    )
    told = (
        "Left out: 12 files by the pattern `legacy/`, no file by the pattern `*.txt`, 1 file in `templates/`,"
        " the virtual environment `tools/env/`."
    )
    report = Report((), (), judge_all_reason="it was asked for", left_out=left)
    assert left_out(report) == told
    assert scope(report) == f"Checked 0 of 0 specs in 0.0 s: it was asked for. {told}"
    assert scope(replace(report, left_out=())) == "Checked 0 of 0 specs in 0.0 s: it was asked for."


def test_a_long_list_of_what_was_left_out_is_cut():
    left = tuple(LeftOut(Omission.ENVIRONMENT, f"{number}/") for number in range(13))
    assert left_out(Report((), (), left_out=left)).endswith("`9/`, 3 more.")
