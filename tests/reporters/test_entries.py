"""How problems are grouped by their causes, in which order, and what is said of each group."""

from dataclasses import replace
from typing import Any

import pytest

from panther_ci.catalogue import CheckId, Level
from panther_ci.model import CaseResult, Finding, Location, Loss, Outcome, Report, SpecReport, Standing
from panther_ci.model.reasons import (
    BodyError,
    BodyNotLoaded,
    FunctionRaised,
    NotReached,
    NotRun,
    Reason,
    TimedOut,
    Unfinished,
    WrongVerdict,
)
from panther_ci.reporters.entries import Entry, Rank, describe_rest, list_entries, split_entries

WRONG = WrongVerdict("rule", True, False)
OLD = Standing.ALREADY_THERE


def raised(path: str = "r.py", line: int = 2, text: str = "'x'") -> FunctionRaised:
    return FunctionRaised("rule", BodyError("KeyError", text, Location(path, line)))


def case(name: str, reason: Reason = WRONG, line: int = 5, **more: Any) -> CaseResult:
    outcome = Outcome.FAILED if isinstance(reason, WrongVerdict) else Outcome.ERRORED
    return CaseResult("", name, outcome, Location("", line), True, reason, **more)


def spec(name: str, *cases: CaseResult, **more: Any) -> SpecReport:
    path = f"{name}.yml"
    own = (replace(each, detection=name, location=Location(path, each.location.line)) for each in cases)
    return SpecReport(name, path, "rule", cases=tuple(own), **({"body": f"{name}.py"} | more))


def finding(
    message: str, path: str = "r.yml", line: int = 1, check: CheckId = CheckId.UNKNOWN_KEY, **more: Any
) -> Finding:
    return Finding(check, message, Location(path, line), **more)


def entries_of(*specs: SpecReport, findings: tuple[Finding, ...] = (), **more: Any) -> tuple[Entry, ...]:
    return list_entries(Report(specs, findings, **more))


def told(entries: tuple[Entry, ...]) -> list[tuple[Rank, str, str]]:
    return [(entry.rank, entry.name, entry.summary) for entry in entries]


EXPECTED = "expected an alert, but rule() returned False"
KEY = "rule() raised KeyError: 'x' at {}"


def test_the_cases_of_a_detection_are_one_entry():
    (entry,) = entries_of(spec("r", case("one"), case("two", line=9)))
    assert told((entry,)) == [(Rank.ELSEWHERE, "r", f"2 cases: {EXPECTED}")]
    assert (entry.location, entry.alone, entry.told) == (Location("r.yml", 5), None, False)
    (entry,) = entries_of(spec("r", case("one"), case("two", raised(), line=9)))
    assert told((entry,)) == [(Rank.ELSEWHERE, "r", "2 cases went wrong")]
    (entry,) = entries_of(spec("r", case("one")))
    assert (entry.summary, entry.alone and entry.alone.case) == (EXPECTED, "one")


def test_those_that_were_not_reached_are_only_counted():
    stopped = case("loops", Unfinished(TimedOut(3.0)), line=20)
    after = [case(name, NotReached("loops", TimedOut(3.0))) for name in ("one", "two")]
    (entry,) = entries_of(spec("r", stopped, *after))
    assert entry.summary.endswith("; 2 cases after it did not run")
    assert [problem.case and problem.case.case for problem in entry.problems] == ["loops", "one", "two"]
    (alone,) = entries_of(spec("r", after[0]))
    assert alone.summary.startswith("not run: ") and "after it" not in alone.summary


def test_one_line_that_raises_in_several_detections_is_one_entry_with_one_case_of_each():
    error = raised("h.py", 7)
    specs = [spec(name, case("one", error), case("two", error)) for name in ("a", "b")]
    (entry,) = entries_of(*specs)
    assert told((entry,)) == [(Rank.ELSEWHERE, "", "4 cases of 2 detections raise KeyError: 'x' at h.py:7")]
    assert [each.detection for each in entry.examples] == ["a", "b"]
    assert (entry.location, describe_rest(entry)) == (Location("h.py", 7), "and 2 more cases")
    (single,) = entries_of(specs[0])
    assert told((single,)) == [(Rank.ELSEWHERE, "a", f"2 cases: {KEY.format('h.py:7')}")]
    assert [each.case and each.case.case for each in single.examples] == ["one", "two"]
    another = FunctionRaised("rule", BodyError("TypeError", "'x'", Location("h.py", 7)))
    for reason in (raised("h.py", 8), another):
        assert len(entries_of(*specs, spec("c", case("one", reason)))) == 2


def test_one_detection_shows_three_cases_and_counts_the_rest():
    (entry,) = entries_of(spec("r", *(case(f"c{number}", line=number + 1) for number in range(5))))
    assert [each.case and each.case.case for each in entry.examples] == ["c0", "c1", "c2"]
    assert describe_rest(entry) == "and 2 more cases"
    four = entries_of(spec("r", *(case(f"c{number}") for number in range(4))))[0]
    three = entries_of(spec("r", *(case(f"c{number}") for number in range(3))))[0]
    assert (describe_rest(four), describe_rest(three)) == ("and 1 more case", "")


@pytest.mark.parametrize(
    ("number", "rest"), [(3, ""), (4, "and 1 more case of 4 detections in all"), (2, "")]
)
def test_the_rest_says_of_how_many_detections_all_are_where_that_can_not_be_seen(number, rest):
    (entry,) = entries_of(*(spec(f"d{at}", case("c", raised("h.py"))) for at in range(number)))
    assert describe_rest(entry) == rest


def test_the_rest_of_three_detections_is_only_counted():
    specs = [spec(f"d{at}", *[case("c", raised("h.py"))] * (2 if at else 1)) for at in range(3)]
    (entry,) = entries_of(*specs)
    assert (len(entry.examples), describe_rest(entry)) == (3, "and 2 more cases")


def test_what_a_change_of_helpers_broke_is_an_entry_at_the_first_line_that_changed():
    specs = [spec(name, case("one"), changed=("h.py",)) for name in ("a", "b")]
    (entry,) = entries_of(*specs, changed={"h.py": 4})
    assert told((entry,)) == [(Rank.TOUCHED, "", "The change of `h.py` makes 2 cases of 2 detections fail")]
    assert (entry.location, entry.told) == (Location("h.py", 4), False)
    (single,) = entries_of(spec("a", case("one"), case("two"), changed=("h.py",)))
    assert [each.case and each.case.case for each in single.examples] == ["one", "two"]
    (alone,) = entries_of(spec("a", case("one"), changed=("h.py",)))
    assert (alone.alone, alone.name, len(alone.examples)) == (None, "", 1)
    many = tuple(f"{letter}.py" for letter in "hijkl")
    (entry,) = entries_of(
        spec("a", case("one"), changed=many), changed={p: at for at, p in enumerate(many, 4)}
    )
    assert entry.location == Location("h.py", 4)
    assert entry.summary == ("The changes of `h.py`, `i.py`, `j.py`, 2 more make 1 case of 1 detection fail")
    three = many[:3]
    (entry,) = entries_of(spec("a", case("one"), changed=three), changed=dict.fromkeys(three, 1))
    assert entry.summary.startswith("The changes of `h.py`, `i.py`, `j.py` make")


def test_what_failed_before_and_what_was_touched_is_not_of_the_change_of_a_helper():
    old = spec("a", case("one", standing=OLD), changed=("h.py",))
    touched = spec("b", case("one"), changed=("h.py",), touched=True)
    assert told(entries_of(old, touched, changed={"h.py": 1})) == [
        (Rank.TOUCHED, "b", EXPECTED),
        (Rank.ALREADY_THERE, "a", EXPECTED),
    ]


def test_what_is_derived_from_a_broken_detection_is_told_with_it():
    base = spec("a", case("one"), case("two", line=6), touched=True)
    derived = [spec(name, case("one"), changed=("a.py", "a.yml"), body="a.py") for name in ("b", "c")]
    (entry,) = entries_of(base, *derived, changed={"a.py": 1, "a.yml": 1})
    summary = f"2 cases: {EXPECTED}; with it fail 2 cases of 2 detections derived from it"
    assert told((entry,)) == [(Rank.TOUCHED, "a", summary)]
    assert [each.detection for each in entry.examples] == ["a", "a"]
    whole = spec("a", touched=True)
    assert told(entries_of(whole, derived[0], changed={"a.py": 1}))[0][1:] == (
        "",
        "The changes of `a.py`, `a.yml` make 1 case of 1 detection fail",
    )
    two = spec("d", case("one"), changed=("a.py", "h.py"))
    entries = entries_of(base, two, changed={"a.py": 1, "h.py": 1})
    assert [entry.name for entry in entries] == ["", "a"]
    other = spec("b", case("one"), touched=True)
    both = spec("d", case("one"), changed=("a.py", "b.py"))
    entries = entries_of(base, other, both, changed={"a.py": 1, "b.py": 1})
    assert sorted(entry.name for entry in entries) == ["", "a", "b"]


GONE = Loss("module:h", "h.yml")
RENAMED = GONE._replace(now="h.yml", renamed=("module:new", "module:other"))


@pytest.mark.parametrize(
    ("loss", "summary", "hint"),
    [
        (
            GONE,
            "This change deletes the global `h`: 2 detections need it, and 2 cases fail",
            "Keep it, or change",
        ),
        (
            RENAMED,
            "This change renames the global `h` to `new`: 2 detections need it, and 2 cases fail",
            "Write the",
        ),
    ],
)
def test_what_needs_a_name_that_is_gone_is_one_entry(loss, summary, hint):
    error = BodyNotLoaded(
        "a.py", BodyError("ModuleNotFoundError", "No module named 'h'", Location("a.py", 1))
    )
    specs = [spec(name, case("one", error), lost=("module:h",), touched=name == "b") for name in ("a", "b")]
    missing = finding("The module `h` is missing.", "a.py", detection="a", check=CheckId.MISSING_MODULE)
    other = finding("The module `hh` is missing.", "a.py", 2, detection="a", check=CheckId.MISSING_MODULE)
    first, second = entries_of(*specs, findings=(missing, other), losses=(loss,))
    assert told((first,)) == [(Rank.LOSS, "", summary)]
    assert (first.told, first.hint.startswith(hint), len(first.problems)) == (True, True, 3)
    assert (second.summary, second.rank) == ("The module `hh` is missing.", Rank.ELSEWHERE)


@pytest.mark.parametrize(
    ("name", "what", "needing"),
    [
        ("module:x", "the global `x`", "1 detection needs it, and 1 case fails"),
        ("log-type:x", "the data model of `x`", "1 detection needs it, and 1 case fails"),
        ("query:x", "the query `x`", "1 detection needs it, and 1 case fails"),
        ("file:x", "the file `x`", "1 detection needs it, and 1 case fails"),
        ("detection:x", "the detection `x`", "1 detection needs it, and 1 case fails"),
    ],
)
def test_a_loss_is_told_by_its_kind(name, what, needing):
    (entry,) = entries_of(spec("a", case("one"), lost=(name,)), losses=(Loss(name, "x.yml"),))
    assert entry.summary == f"This change deletes {what}: {needing}"


def test_a_loss_without_cases_and_what_was_wrong_before_or_is_not_about_it():
    lost = ("module:h",)
    missing = finding("The module `h` is missing.", detection="a")
    (entry,) = entries_of(spec("a", lost=lost), findings=(missing,), losses=(GONE,))
    assert entry.summary == "This change deletes the global `h`: 1 detection needs it"
    old = missing._replace(standing=OLD)
    entries = entries_of(spec("a", lost=lost), findings=(old,), losses=(GONE,))
    assert told(entries) == [(Rank.ALREADY_THERE, "a", "The module `h` is missing.")]
    touched = spec("a", case("one"), lost=lost, touched=True)  # `h` is not in what is told of the case
    assert [each.rank for each in entries_of(touched, losses=(GONE,))] == [Rank.TOUCHED]


def test_an_entry_is_as_severe_as_the_worst_of_its_problems():
    levels = (Level.NOTICE, Level.WARNING)
    found = (
        finding("`h` is missing.", line=at, detection="a", level=each) for at, each in enumerate(levels, 1)
    )
    (entry,) = entries_of(spec("a", lost=("module:h",)), findings=tuple(found), losses=(GONE,))
    assert (entry.level, entry.rank) == (Level.WARNING, Rank.LOSS)


def test_of_several_names_that_are_gone_each_problem_has_its_own():
    losses = (Loss("module:g", "g.yml"), Loss("module:h", "h.yml"))
    lost = ("module:g", "module:h")
    found = tuple(finding(f"`{name}` is missing.", line=at, detection="a") for at, name in enumerate("hg", 1))
    entries = entries_of(spec("a", lost=lost), findings=found, losses=losses)
    assert [each.summary.partition(":")[0] for each in entries] == [
        "This change deletes the global `h`",
        "This change deletes the global `g`",
    ]


def test_a_finding_explains_the_cases_that_can_not_run():
    syntax = finding("This is not Python.", "r.py", 3, CheckId.BODY_SYNTAX, detection="r", hint="Mend it.")
    error = BodyError("SyntaxError", "invalid syntax", Location("r.py", 9))
    cases = [case(name, BodyNotLoaded("r.py", error)) for name in ("one", "two")]
    (entry,) = entries_of(spec("r", *cases), findings=(syntax,))
    assert told((entry,)) == [
        (Rank.ELSEWHERE, "r", "This is not Python; its 2 cases can't run because of it")
    ]
    assert (entry.told, entry.hint, entry.location) == (True, "Mend it.", Location("r.py", 3))
    assert [each.case and each.case.case for each in entry.problems] == [None, "one", "two"]
    assert (entry.first.case, entry.cases) == (None, entry.problems[1:])
    (alone,) = entries_of(spec("r"), findings=(syntax,))
    assert (alone.summary, alone.alone, alone.name) == ("This is not Python.", None, "r")


def loading(kind: str, line: int = 3, path: str = "h.py") -> BodyNotLoaded:
    return BodyNotLoaded("r.py", BodyError(kind, "x", Location(path, line)))


@pytest.mark.parametrize(
    ("reason", "check", "explained"),
    [
        (loading("SyntaxError"), CheckId.BODY_SYNTAX, True),
        (loading("IndentationError", 9), CheckId.BODY_SYNTAX, True),
        (loading("TabError"), CheckId.BODY_SYNTAX, True),
        (loading("ModuleNotFoundError"), CheckId.MISSING_MODULE, True),
        (loading("ModuleNotFoundError", 9), CheckId.MISSING_MODULE, False),
        (loading("ModuleNotFoundError"), CheckId.BODY_SYNTAX, False),
        (loading("SyntaxError", path="i.py"), CheckId.BODY_SYNTAX, False),
        (loading("ValueError"), CheckId.BODY_SYNTAX, False),
        (BodyNotLoaded("r.py", BodyError("SyntaxError", "x")), CheckId.BODY_SYNTAX, False),
        (WRONG, CheckId.BODY_SYNTAX, False),
    ],
)
def test_what_keeps_a_helper_from_being_loaded_explains_cases_of_others(reason, check, explained):
    found = finding("It is broken", "h.py", 3, check)
    entries = entries_of(spec("r", case("one", reason)), findings=(found,))
    assert len(entries) == (1 if explained else 2)
    if explained:
        assert entries[0].summary == "It is broken; 1 case of 1 detection can't run because of it"


@pytest.mark.parametrize(
    ("found", "explained"),
    [
        (finding("Odd", "z.yml", detection="r"), True),
        (finding("Odd", "r.yml"), True),
        (finding("Odd", "r.py"), True),
        (finding("Odd", "cases.yml"), False),
        (finding("Odd", "r.yml", level=Level.WARNING), False),
    ],
)
def test_an_error_in_its_files_explains_a_case_that_was_not_run(found, explained):
    entries = entries_of(spec("r", case("one", NotRun.CASE)), findings=(found,))
    assert len(entries) == (1 if explained else 2)
    assert not explained or entries[0].first.case is None


def test_a_derived_case_that_was_not_run_is_explained_by_the_spec_it_is_in():
    own = CaseResult("d", "one", Outcome.ERRORED, Location("base.yml", 4), True, NotRun.CASE)
    derived = SpecReport("d", "d.yml", "rule", cases=(own,), body="base.py")
    for path in ("base.yml", "base.py", "d.yml"):
        assert len(entries_of(derived, findings=(finding("Odd", path),))) == 1
    body = finding("Odd", "base.py", detection="d")
    assert entries_of(derived, findings=(body,), changed={"base.py": 1})[0].rank is Rank.TOUCHED


def test_entries_stand_by_rank_level_cases_and_place():
    findings = (
        finding("new elsewhere", "z.yml", 2),
        finding("before", "b.yml", 9),
        finding("before it", "b.yml", 2),
        finding("a remark", level=Level.WARNING),
        finding("a notice", "a.yml", level=Level.NOTICE),
        finding("of what changed", "y.yml"),
        finding("already there", standing=OLD),
    )
    lost = spec("l", case("one"), lost=("module:h",))
    specs = [spec("a", case("one")), spec("t", case("one"), touched=True), lost]
    more = {"changed": {"y.yml": 1}, "interrupted": "SIGTERM", "losses": (GONE,)}
    entries = entries_of(*specs, findings=findings, **more)
    assert [(entry.rank, entry.summary.partition(",")[0]) for entry in entries] == [
        (Rank.RUN, "the run was cut short (SIGTERM): what it did not reach was not judged"),
        (Rank.LOSS, "This change deletes the global `h`: 1 detection needs it"),
        (Rank.TOUCHED, "of what changed"),
        (Rank.TOUCHED, "expected an alert"),
        (Rank.ELSEWHERE, "before it"),
        (Rank.ELSEWHERE, "before"),
        (Rank.ELSEWHERE, "new elsewhere"),
        (Rank.ELSEWHERE, "expected an alert"),
        (Rank.REMARK, "a remark"),
        (Rank.REMARK, "a notice"),
        (Rank.ALREADY_THERE, "already there"),
    ]
    assert [rank.name for rank in sorted(Rank)] == [
        "RUN",
        "LOSS",
        "TOUCHED",
        "ELSEWHERE",
        "REMARK",
        "ALREADY_THERE",
    ]
    assert [entry.level for entry in entries[-3:]] == [Level.WARNING, Level.NOTICE, Level.ERROR]


def test_what_is_wrong_with_more_detections_comes_first():
    one, two = spec("a", case("c", raised("g.py"))), [spec(n, case("c", raised("h.py"))) for n in "bc"]
    assert [entry.location.path for entry in entries_of(one, *two)] == ["h.py", "g.py"]
    columns = [
        finding(text, "r.yml")._replace(location=Location("r.yml", 1, at))
        for text, at in (("b", 7), ("a", 3))
    ]
    assert [entry.summary for entry in entries_of(findings=tuple(columns))] == ["a", "b"]


def test_new_and_old_problems_of_one_cause_are_two_entries():
    error = raised("h.py")
    specs = [spec("a", case("one", error)), spec("b", case("one", error, standing=OLD))]
    new, known = split_entries(Report(tuple(specs), ()))
    assert [[each.name for each in entries] for entries in (new, known)] == [["a"], ["b"]]


def test_an_entry_tells_of_its_cases_what_it_has_not_told():
    (entry,) = entries_of(spec("r", case("one"), case("two", raised(), line=9)))
    assert [entry.describe(each) for each in entry.cases] == [f": {EXPECTED}", f": {KEY.format('r.py:2')}"]
    (same,) = entries_of(spec("r", case("one"), case("two")))
    assert [same.describe(each) for each in same.cases] == ["", ""]
    (lost,) = entries_of(spec("a", case("one"), lost=("module:h",)), losses=(GONE,))
    assert [lost.describe(each) for each in lost.cases] == [""]


def test_the_cases_of_what_was_touched_explain_a_line_that_raises():
    specs = [
        spec(name, case("one", raised("h.py"), line=line), touched=name == "b")
        for name, line in (("a", 1), ("b", 9))
    ]
    (entry,) = entries_of(*specs)
    assert ([each.detection for each in entry.problems], entry.rank) == (["b", "a"], Rank.TOUCHED)


def test_the_cases_of_one_line_stand_in_the_order_of_their_files_and_places():
    specs = [spec(name, case("one", raised("h.py"), line=line)) for name, line in (("a", 9), ("b", 1))]
    assert [each.detection for each in entries_of(*specs)[0].problems] == ["a", "b"]
    places = {"a": Location("r.yml", 5, 2), "b": Location("r.yml", 5, 1), "c": Location("r.yml", 5)}
    places |= {"d": Location("r.yml", 1, 1), "e": Location("r.yml")}
    cases = [replace(case(name, raised("h.py")), location=place) for name, place in places.items()]
    (entry,) = entries_of(SpecReport("r", "r.yml", "rule", cases=tuple(cases), body="r.py"))
    assert "".join(each.case.case for each in entry.problems if each.case) == "edcba"


def test_a_hint_is_told_where_it_is_one_for_all():
    first, second = (WRONG._replace(idle_mocks=(name,)) for name in ("A", "B"))
    hints = [
        entries_of(spec("r", case("one", one), case("two", two)))[0].hint
        for one, two in ((first, first), (first, second))
    ]
    assert " A: " in hints[0] and hints[1] == ""
