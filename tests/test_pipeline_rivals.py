"""A change whose own files are not reported is told where it is in conflict with what is."""

from typing import Any

import pytest

from panther_ci.model import Change, ChangeKind, ChangeSet
from panther_ci.specs.filters import parse_filter
from tests.test_pipeline_scope import FILES, judge_files, told

# A new spec in another folder that the filter below excludes, with the id of a rule.
NEW = {"other/c.yml": FILES["rules/a.yml"].replace(b"a.py", b"c.py").replace(b"Low", b"High")}
NEW |= {"other/c.py": FILES["rules/a.py"]}
CHANGE = ChangeSet("h", "b", tuple(Change(path, ChangeKind.ADDED) for path in NEW))


@pytest.mark.parametrize("scope", [{"within": "rules"}, {"filter": parse_filter("Severity=Low")}])
def test_it_is_told_on_the_spec_that_has_a_name_in_common(scope: dict[str, Any]) -> None:
    judged = judge_files(FILES | NEW, comparison=CHANGE, **scope)
    reasons = {spec.path: spec.reasons for spec in judged.report.specs}
    assert reasons["rules/a.yml"] == ("has a name in common with `other/c.yml`, which changed",)
    assert ("rules/a.yml", "duplicate-id", "error") in told(judged)
    assert "other/c.yml" not in reasons


def test_otherwise_only_the_files_that_changed_are_reported() -> None:
    judged = judge_files(FILES | NEW, comparison=CHANGE)
    assert [spec.path for spec in judged.report.specs] == ["other/c.yml"]
    assert ("other/c.yml", "duplicate-id", "error") in told(judged)


def test_a_conflict_of_what_did_not_change_is_not_told() -> None:
    change = ChangeSet("h", "b", (Change("other/b.py", ChangeKind.MODIFIED),))
    judged = judge_files(FILES | NEW, comparison=change, within="rules")
    assert (judged.report.specs, told(judged)) == ((), [])
