"""The findings of all checks stand in the order of the files, whatever check finds them first."""

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Location
from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import Project
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
