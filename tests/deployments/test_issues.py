"""An issue of a deployment is a finding where its author looks: on the key, the id, or the body."""

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.deployments.base import Issue
from panther_ci.deployments.issues import locate
from panther_ci.kinds import AnalysisType
from panther_ci.model import PackItem

SPEC = b"AnalysisType: rule\nFilename: a.py\nRuleID: A.B\nSeverity: Huge\n  Threshold: 1\nTags:\n  - x\n"


def item(path: str, identifier: str, body: str = "") -> PackItem:
    files = ((path, SPEC), *(((body, b""),) if body else ()))
    return PackItem(path, identifier, AnalysisType.RULE, files)


ITEMS = (item("rules/x/a.yml", "A.B", "rules/x/a.py"), item("rules/y/c.yml", "C"), item("rules/z/c.yml", "D"))


@pytest.mark.parametrize(
    ("path", "message", "place", "detection"),
    [
        ("rules/x/a.yml", "Severity is unknown", ("rules/x/a.yml", 4, 1), "A.B"),
        ("./rules/x/a.yml", "the rule A.B has wrong Tags", ("rules/x/a.yml", 6, 1), "A.B"),
        ("a.yml", "RuleID A.B: AnalysisType and Severity", ("rules/x/a.yml", 4, 1), "A.B"),
        ("x/a.yml", "the Threshold is nested", ("rules/x/a.yml", 3, 1), "A.B"),
        ("rules/x/a.yml", "", ("rules/x/a.yml", 3, 1), "A.B"),
        ("a.py", "Severity of a body", ("rules/x/a.py", None, None), "A.B"),
        ("rules/z/c.yml", "no", ("rules/z/c.yml", 3, 1), "D"),
        ("c.yml", "no", ("", None, None), ""),
        ("gone.yml", "no", ("", None, None), ""),
        ("", "no", ("", None, None), ""),
        ("/", "no", ("", None, None), ""),
    ],
)
def test_an_issue_is_placed(path, message, place, detection):
    (finding,) = locate([Issue(path, message)], ITEMS)
    location = finding.location
    assert ((location.path, location.line, location.column), finding.detection) == (place, detection)
    assert finding.check is CheckId.DEPLOYMENT_ISSUE and finding.rejects


def test_a_path_that_nothing_has_is_in_the_message():
    messages = [each.message for each in locate([Issue("gone.yml", "no"), Issue("", "no")], ITEMS)]
    assert messages == ["gone.yml: no", "no"]


def test_a_spec_without_its_id_at_the_left_has_no_line():
    other = PackItem("a.json", "A", AnalysisType.RULE, (("a.json", b'{"RuleID": "A"}'),))
    assert locate([Issue("a.json", "no")], [other])[0].location == ("a.json", None, None)
