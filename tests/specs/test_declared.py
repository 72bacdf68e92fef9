"""Conditions in specs: what of them only a deployment decides, and where they are."""

import pytest

from panther_ci.deployment_rules.conditions import ABSOLUTE, CONDITIONS, Elements
from panther_ci.kinds import AnalysisType
from panther_ci.model import CaseResult, Location, Outcome, Step
from panther_ci.model.reasons import BaseElsewhere, ConditionsDiffer, ConditionUndecided, NotDecidedHere
from panther_ci.specs.declared import locate_conditions
from panther_ci.specs.project import load_project
from panther_ci.specs.schemas import read_schema
from panther_ci.specs.search import Search

SIMPLE = """\
AnalysisType: rule
RuleID: Simple
LogTypes: [T]
Severity: Low
Enabled: true
Detection:
  - Any:
      - {Key: a, Condition: Exists}
      - Key: b
        Condition: CONDITION
"""
DERIVED = "AnalysisType: rule\nRuleID: Derived\nBaseDetection: Simple\n"
PYTHON = SIMPLE.split("Detection")[0] + "Filename: a.py\n"
FILTERS = "InlineFilters:\n  - KeyPath: a\n    Condition: CONDITION\n"


def project_of(**files: str):
    data = {f"{name}.yml": text.encode() for name, text in files.items()}
    return load_project(Search({**data, "a.py": b"def rule(event):\n    return True\n"}), data)


def skips(condition: str, **files: str):
    found = project_of(**{name: text.replace("CONDITION", condition) for name, text in files.items()})
    return {path.removesuffix(".yml"): reason for path, reason in found.skipped.items()}


def unknown(path: str, line: int, column: int) -> NotDecidedHere:
    return NotDecidedHere("only a deployment decides the condition `Like`", Location(path, line, column))


def test_conditions_that_can_be_decided_are_run():
    assert skips("Exists", s=SIMPLE, d=DERIVED, p=PYTHON.replace("Simple", "P") + FILTERS) == {}


def test_what_only_a_deployment_decides_is_skipped_with_its_place():
    assert skips("Like", s=SIMPLE) == {"s": unknown("s.yml", 10, 20)}
    assert skips("Like", s=PYTHON + FILTERS) == {"s": unknown("s.yml", 9, 16)}


def test_a_derived_detection_has_the_conditions_of_its_base():
    assert skips("Like", s=SIMPLE, d=DERIVED) == {
        "s": unknown("s.yml", 10, 20),
        "d": unknown("s.yml", 10, 20),
    }


def test_filters_of_a_derived_detection_replace_those_of_its_base():
    base = PYTHON + FILTERS
    assert skips("Like", s=base, d=f"{DERIVED}InlineFilters: []\n") == {"s": unknown("s.yml", 9, 16)}
    assert skips("Like", s=PYTHON, d=DERIVED + FILTERS) == {"d": unknown("d.yml", 6, 16)}


@pytest.mark.parametrize("filters", ["[]", "null", "{}"])
def test_empty_filters_keep_nothing_from_being_decided(filters):
    assert skips("", s=f"{PYTHON}InlineFilters: {filters}\n") == {}


@pytest.mark.parametrize("conditions", ["null", "{}", "''", "5"])
def test_conditions_that_are_no_list_are_not_guessed(conditions):
    found = skips("", s=f"{SIMPLE.partition('Detection')[0]}Detection: {conditions}\n")
    assert found == {"s": NotDecidedHere("expressions are a list", Location("s.yml", 6, 12))}


def test_conditions_are_read_beside_filters():
    told = skips("Like", s=SIMPLE + FILTERS.replace("CONDITION", "Exists"))
    assert told == {"s": unknown("s.yml", 10, 20)}


@pytest.mark.parametrize("filters", ["5", "{All: []}", "[5]"])
def test_filters_that_are_no_list_of_expressions_are_not_guessed(filters):
    (reason,) = skips("", s=f"{PYTHON}InlineFilters: {filters}\n").values()
    assert isinstance(reason, NotDecidedHere)


def test_only_rules_have_filters():
    scheduled = PYTHON.replace(": rule", ": scheduled_rule").replace("LogTypes: [T]", "ScheduledQueries: [Q]")
    policy = "AnalysisType: policy\nPolicyID: P\nEnabled: true\nSeverity: Low\nFilename: a.py\n"
    assert skips("Like", s=scheduled + FILTERS, p=policy + FILTERS) == {}


def test_a_rule_has_filters_whatever_its_base_is():
    scheduled = PYTHON.replace(": rule", ": scheduled_rule").replace("LogTypes: [T]", "ScheduledQueries: [Q]")
    assert skips("Like", s=scheduled, d=DERIVED + FILTERS) == {"d": unknown("d.yml", 6, 16)}


def test_a_body_beside_conditions_is_what_runs():
    assert skips("Like", s=f"{SIMPLE}Filename: a.py\n") == {}


def test_a_base_elsewhere_is_told_before_conditions():
    assert skips("Like", d=DERIVED + FILTERS) == {"d": BaseElsewhere("Simple")}


def locate(case: CaseResult, spec: str, **files: str) -> CaseResult:
    project = project_of(**files)
    chain = project.chain(project.specs[f"{spec}.yml"])
    return locate_conditions(case, chain, project.locate)


BLANK = CaseResult("Derived", "one", Outcome.FAILED, Location("d.yml", 9), True)


def test_conditions_are_found_in_the_spec_that_has_them():
    steps = (
        Step(("Detection", 0), ""),
        Step(("Detection", 0, "Any", 1), "", decides=True),
        Step(("InlineFilters", 0), ""),
    )
    case = CaseResult(
        "Derived", "one", Outcome.FAILED, BLANK.location, True, ConditionsDiffer(True), steps=steps
    )
    found = locate(case, "d", s=SIMPLE, d=DERIVED + FILTERS)
    assert [step.location for step in found.steps] == [
        Location("s.yml", 7, 5),
        Location("s.yml", 9, 9),
        Location("d.yml", 5, 5),
    ]
    assert found.returned_at == Location("s.yml", 9, 9)


def test_what_can_not_be_decided_has_its_place():
    reason = ConditionUndecided(("Detection", 0, "Any", 0), "x")
    case = CaseResult("Simple", "one", Outcome.ERRORED, BLANK.location, True, reason)
    assert locate(case, "s", s=SIMPLE).reason.location == Location("s.yml", 8, 9)


def test_keys_that_lead_nowhere_have_no_place():
    case = CaseResult("S", "one", Outcome.FAILED, BLANK.location, steps=(Step(("Other",), ""), Step((), "")))
    assert [step.location for step in locate(case, "s", s=SIMPLE).steps] == [None, None]
    assert locate(BLANK, "s", s=SIMPLE) == BLANK


def test_a_schema_knows_the_conditions_that_can_be_decided():
    names = set(read_schema(AnalysisType.RULE)["$defs"]["condition"]["enum"])
    assert names == {*CONDITIONS, *ABSOLUTE, *(each.value for each in Elements)}
    filters = set(read_schema(AnalysisType.RULE)["$defs"]["filterCondition"]["enum"])
    assert filters == set(CONDITIONS)


def test_correlation_rules_that_match_on_several_values_at_once_are_skipped():
    rule = "AnalysisType: correlation_rule\nRuleID: C\nDetection:\n  - Group: [{ID: a, RuleID: A}]\n"
    one, two = (f"{rule}    MatchCriteria: {criteria}\n" for criteria in ("{x: []}", "{x: [], y: []}"))
    assert skips("", one=one) == {}
    problem = "only a deployment knows how it joins several `MatchCriteria`"
    assert skips("", two=two) == {"two": NotDecidedHere(problem, Location("two.yml", 5, 20))}
