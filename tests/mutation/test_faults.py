"""Only what decides whether a detection alerts gets faults, each with its place."""

import ast

import pytest

from panther_ci.model import Job
from panther_ci.mutation.faults import find_used, make_faults
from panther_ci.specs.assembly import build_job, declare
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search

BODY = b"""\
import re

LIMIT = 3
WORD: str = "x"
if LIMIT:
    OTHER = 4


def helper(event):
    return event.get(WORD) == 1


def rule(event):
    return helper(event)


def shorten(text):
    return text == "unused"


def title(event):
    return shorten(event.get("title"))
"""
SPEC = b"AnalysisType: rule\nRuleID: A\nFilename: a.py\nEnabled: true\nSeverity: Low\nLogTypes: [T]\n"
SIMPLE = b"""\
AnalysisType: rule
RuleID: S
Enabled: true
Severity: Low
LogTypes: [T]
Detection:
  - Key: a
    Condition: Equals
    Value: true
"""


def find_faults(files, path):
    project = load_project(Search(files), {path})
    job = build_job(project, project.specs[path])
    return list(make_faults(project, job)), job


def test_what_a_function_uses_is_found_through_others():
    used = find_used(ast.parse(BODY), "rule")
    assert used == {"rule", "helper", "WORD", "LIMIT", ""}
    assert find_used(ast.parse("def other(): pass\n"), "rule") == frozenset()


def test_a_body_gets_faults_in_what_its_matcher_uses():
    found, job = find_faults({"a.yml": SPEC, "a.py": BODY}, "a.yml")
    lines = {fault.location.line for fault, _ in found}
    assert lines == {3, 4, 5, 6, 10, 14}
    assert {fault.location.path for fault, _ in found} == {"a.py"}
    assert all(source.text != job.body.text and source.path == "a.py" for _, source in found)


def test_a_declaration_gets_faults_at_its_lines():
    project = load_project(Search({"s.yml": SIMPLE}), {"s.yml"})
    job = Job(project.specs["s.yml"], declare(project.specs["s.yml"], "s.yml", "Detection"))
    found = [fault for fault, _ in make_faults(project, job)]
    assert [(fault.location.line, fault.before, fault.after) for fault in found] == [
        (7, '"a"', '"mutant_a"'),
        (8, '"Equals"', '"DoesNotEqual"'),
        (9, "true", "false"),
    ]


def list_changes(*lines, spec=SIMPLE):
    """What becomes of what, in a detection of these lines."""
    head, _, _ = spec.decode().partition("  - Key")
    text = head + "".join(f"  {line}\n" for line in lines)
    project = load_project(Search({"s.yml": text.encode()}), {"s.yml"})
    job = build_job(project, project.specs["s.yml"])
    return [(fault.before, fault.after) for fault, _ in make_faults(project, job)]


@pytest.mark.parametrize(
    "line",
    [
        "- {Condition: StartsWith, Values: [{DeepKey: [1]}, {DeepKey: [2]}]}",
        """- {KeyPath: '"a b".c', Condition: Exists}""",
    ],
)
def test_a_fault_leaves_a_declaration_that_can_be_read(line):
    found = list_changes(line)
    assert found and all(
        before.count("Key") == after.count("Key") and "mutant" not in after for before, after in found
    )


def test_a_spec_that_breaks_its_schema_elsewhere_gets_faults():
    spec = SIMPLE.replace(b"Severity: Low", b"Severity: Huge")
    assert ("true", "false") in list_changes("- {Key: a, Condition: Equals, Value: true}", spec=spec)
