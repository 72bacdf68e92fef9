"""The findings of all checks stand in the order of the files, whatever check finds them first.

Those on one spec name it, and others can go on between the checks.
"""

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Location
from panther_ci.specs.checks import PROJECT_CHECKS, CheckSettings, check_project
from panther_ci.specs.project import Project, load_project
from panther_ci.specs.search import Search


def finding(check: CheckId, message: str, path: str, *place: int) -> Finding:
    return Finding(check, message, Location(path, *place))


def test_findings_are_ordered_by_file_line_column_id_and_message_and_none_stands_twice() -> None:
    key, kind = CheckId.UNKNOWN_KEY, CheckId.WRONG_TYPE
    found = (
        finding(kind, "z", "a.yml"),
        finding(kind, "y", "a.yml", 1),
        finding(kind, "y", "a.yml", 2),
        finding(key, "x", "a.yml", 2, 1),
        finding(key, "y", "a.yml", 2, 1),
        finding(kind, "a", "a.yml", 2, 1),
        finding(key, "x", "a.yml", 2, 10),
        finding(key, "x", "a.yml", 10, 2),
        finding(key, "a", "b.yml", 1, 1),
    )
    project = Project(Search({}), frozenset(), {}, (*found[::-1], *found))
    assert check_project(project, CheckSettings()) == found


POLICY = """AnalysisType: policy
PolicyID: {}
Filename: a.py
Enabled: true
Severity: Low
Tests:
  - {{Name: same, ExpectedResult: true, Resource: {{}}}}
  - {{Name: same, ExpectedResult: true, Resource: {{}}}}
"""
FILES = {f"{id}.yml": POLICY.format(id).encode() for id in ("A", "B")}
FILES["a.py"] = b"def policy(resource):\n    return True\n"


def test_a_finding_on_a_spec_names_it() -> None:
    found = check_project(load_project(Search(FILES), FILES), CheckSettings())
    assert [(each.check, each.detection) for each in found] == [("duplicate-case", id) for id in ("A", "B")]


def count_pauses(files: dict[str, bytes]) -> int:
    calls: list[bool] = []
    settings = CheckSettings(pause=lambda: calls.append(True))
    check_project(load_project(Search(files), files), settings)
    return len(calls)


def test_others_can_go_on_before_each_spec_and_each_check_of_the_project() -> None:
    assert (count_pauses({}), count_pauses(FILES)) == (len(PROJECT_CHECKS), len(PROJECT_CHECKS) + 2)
