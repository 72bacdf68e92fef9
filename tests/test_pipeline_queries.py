"""A scheduled rule and its query are looked at together, whichever of them changes."""

import pytest

from panther_ci.model import Change, ChangeKind, ChangeSet
from panther_ci.pipeline import Judged
from tests.test_pipeline_scope import judge_files, told

RULE = (
    b"AnalysisType: scheduled_rule\nRuleID: A\nEnabled: true\nSeverity: Low\nFilename: r.py\n"
    b"ScheduledQueries: [Used]\n"
)
OTHER = RULE.replace(b"ID: A", b"ID: B")
QUERY = (
    b"AnalysisType: scheduled_query\nQueryName: Used\nEnabled: true\nQuery: select 1\n"
    b"Schedule: {RateMinutes: 60, TimeoutMinutes: 2}\n"
)
FILES = {
    "r/a.yml": RULE,
    "r/b.yml": OTHER,
    "r/r.py": b"def rule(event):\n    return True\n",
    "q/q.yml": QUERY,
}
REASON = "is or was used by `r/a.yml`, which changed"
UNUSED = ("q/q.yml", "unused-query", "notice")


def judge_change(files: dict[str, bytes], path: str, kind: ChangeKind, before: bytes) -> Judged:
    """What is said of a change of one file, which was so before."""
    return judge_files(files, comparison=ChangeSet("head", "base", (Change(path, kind),), {path: before}))


def reasons(judged: Judged) -> dict[str, tuple[str, ...]]:
    return {spec.path: spec.reasons for spec in judged.report.specs}


def test_a_changed_rule_selects_its_query_and_no_other_rule_of_it() -> None:
    judged = judge_change(FILES, "r/a.yml", ChangeKind.MODIFIED, RULE + b"Description: a\n")
    assert reasons(judged) == {"r/a.yml": ("`r/a.yml` changed",), "q/q.yml": (REASON,)}
    assert told(judged) == []


def test_a_rule_that_begins_to_use_a_query_selects_it() -> None:
    before = RULE.replace(b"[Used]", b"[]")
    assert reasons(judge_change(FILES, "r/a.yml", ChangeKind.MODIFIED, before))["q/q.yml"] == (REASON,)


def test_a_changed_query_selects_all_its_rules() -> None:
    judged = judge_change(FILES, "q/q.yml", ChangeKind.MODIFIED, QUERY + b"Description: a\n")
    assert set(reasons(judged)) == {"q/q.yml", "r/a.yml", "r/b.yml"}


@pytest.mark.parametrize("rule", [RULE.replace(b"[Used]", b"[]"), None])
def test_a_query_that_no_rule_uses_any_longer_is_told(rule: bytes | None) -> None:
    files = {"r/r.py": FILES["r/r.py"], "q/q.yml": QUERY} | ({"r/a.yml": rule} if rule else {})
    kind = ChangeKind.MODIFIED if rule else ChangeKind.DELETED
    judged = judge_change(files, "r/a.yml", kind, RULE)
    assert reasons(judged)["q/q.yml"] == (REASON,)
    assert UNUSED in told(judged)


def test_a_query_that_another_rule_uses_is_not_told() -> None:
    files = FILES | {"r/a.yml": RULE.replace(b"[Used]", b"[]")}
    judged = judge_change(files, "r/a.yml", ChangeKind.MODIFIED, RULE)
    assert (reasons(judged)["q/q.yml"], UNUSED in told(judged)) == ((REASON,), False)


def test_a_query_of_a_folder_that_is_not_judged_is_left_alone() -> None:
    change = ChangeSet("head", "base", (Change("r/a.yml", ChangeKind.MODIFIED),), {"r/a.yml": RULE})
    assert set(reasons(judge_files(FILES, comparison=change, within="r"))) == {"r/a.yml"}
