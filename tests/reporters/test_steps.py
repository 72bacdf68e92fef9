"""How conditions are shown: each with its mark and its line, and an annotation where one decided."""

from dataclasses import replace

import pytest

from panther_ci.model import CaseResult, FieldRead, Location, Outcome, Report, SpecReport, Step
from panther_ci.model.reasons import ConditionsDiffer, ConditionUndecided, Reason, Refused
from panther_ci.reporters.annotations import render as render_annotations
from panther_ci.reporters.html import render as render_html
from panther_ci.reporters.junit import render as render_junit
from panther_ci.reporters.problems import list_problems
from panther_ci.reporters.steps import describe_steps
from panther_ci.reporters.wording import explain, next_step, what_happened

CASE, BASE = Location("a.yml", 20, 11), Location("base.yml", 9, 5)
STEPS = (
    Step(("Detection", 0), "`a` is 1", True, 0, location=Location("base.yml", 7, 5)),
    Step(("Detection", 1), "no condition of `Any` is met", False, 0, location=BASE, decides=True),
    Step(("Detection", 1, "Any", 0), "`b` is 2, which is not 3", False, 1),
    Step(("Detection", 2), "`c` Exists", None, 0),
)


WRONG = ConditionsDiffer(True)


def case(reason: Reason = WRONG, outcome: Outcome = Outcome.FAILED, **more: object) -> CaseResult:
    fields = {"steps": STEPS, "returned_at": BASE, **more}
    return CaseResult("A", "c", outcome, CASE, True, reason, **fields)


def report_of(result: CaseResult, *changed: str) -> Report:
    spec = SpecReport("A", "a.yml", "rule", cases=(result,))
    return Report((spec,), (), 1, changed=dict.fromkeys(changed, 1))


def test_conditions_are_lines_with_their_places():
    assert [*describe_steps(case())] == [
        "met: `a` is 1 (line 7)",
        "not met: no condition of `Any` is met (line 9)",
        "  not met: `b` is 2, which is not 3",
        "not needed: `c` Exists",
    ]


def test_of_many_conditions_the_first_are_shown():
    lines = [*describe_steps(case(steps=STEPS[:1] * 12))]
    assert len(lines) == 12
    assert [*describe_steps(case(steps=STEPS[:1] * 13))] == [*lines, "and 1 more"]


def test_what_can_not_be_decided_is_not_what_is_not_needed():
    reason = ConditionUndecided(("Detection", 1, "Any", 0), "x")
    steps = tuple(step._replace(held=None) for step in STEPS)
    marks = [
        line.split(":")[0].strip() for line in describe_steps(case(reason, Outcome.ERRORED, steps=steps))
    ]
    assert marks == ["not needed", "undecided", "undecided", "not needed"]


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        (ConditionsDiffer(True), "expected an alert, but not all conditions hold"),
        (Refused.BY_FILTERS, "expected an alert, but `InlineFilters` refuse the event"),
    ],
)
def test_the_message_has_the_condition_that_decided(reason, message):
    assert what_happened(case(reason)) == f"{message}: no condition of `Any` is met"
    assert explain(case(reason))[1] == "met: `a` is 1 (line 7)"
    undecided = tuple(step._replace(decides=False) for step in STEPS)
    assert what_happened(case(reason, steps=undecided)) == message


def test_the_next_step_is_a_field_with_a_near_name_and_not_one_that_a_condition_tells_of():
    missing = FieldRead("rule", ("b",), found=False)
    assert next_step(case(reads=(missing,))) == ""
    near = missing._replace(nearest=("B",))
    assert next_step(case(reads=(near,))) == "`b` is not in the event; did you mean `B`?"
    assert not any(line.startswith("read") for line in explain(case(reads=(near._replace(found=True),))))


@pytest.mark.parametrize(
    ("changed", "place"),
    [("", BASE), ("base.yml", BASE), ("base.yml a.yml", BASE), ("a.yml", CASE), ("x.yml", BASE)],
)
def test_a_wrong_verdict_is_at_the_condition_unless_the_change_wrote_the_case_only(changed, place):
    (problem,) = list_problems(report_of(case(), *changed.split()))
    assert problem.location == place
    assert problem.related == (CASE if place == BASE else None)


def test_what_can_not_be_decided_is_at_its_condition():
    reason = ConditionUndecided(("Detection", 0), "`a` is 1, which is no list", BASE)
    result = case(reason, Outcome.ERRORED, steps=(), returned_at=None)
    (problem,) = list_problems(report_of(result))
    assert (problem.location, problem.check) == (BASE, "case-errored")
    (problem,) = list_problems(report_of(replace(result, reason=reason._replace(location=None))))
    assert problem.location == CASE


def test_an_annotation_is_on_the_line_of_the_condition_and_names_the_case():
    (line,) = render_annotations(report_of(case())).splitlines()
    assert line.startswith("::error file=base.yml,line=9,col=5,title=A%3A c::expected an alert")
    assert "not met: `b` is 2, which is not 3" in line
    assert "in the case `c` of A (a.yml:20:11)" in line


def test_pages_and_junit_have_the_conditions():
    page = render_html(report_of(case()))
    assert "<code>a</code> is 1" in page
    assert '<span class="failed">not met</span>' in page
    assert "not needed" in page
    assert "met: `a` is 1 (line 7)" in render_junit(report_of(case()))


def test_the_page_has_a_timeline_of_the_times_that_a_condition_is_about():
    steps = (Step(("Detection", 0), "`a`: 0, 5 min", marks=(0, 333)), Step(("Detection", 1), "all", None))
    page = render_html(report_of(case(steps=steps)))
    assert page.count("<svg") == 1
    assert '<circle cx="0.0%" cy="50%" r="4"/><circle cx="33.3%" cy="50%" r="4"/></svg>' in page
