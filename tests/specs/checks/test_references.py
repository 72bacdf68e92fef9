"""References that lead nowhere: what is told of them, and what is done about it."""

import pytest

from panther_ci.specs.checks import CheckSettings, go_on
from tests.specs.found import BODY, find, find_one, rule

PACK = "AnalysisType: pack\nPackID: P\nPackDefinition: {IDs: [Gone]}\n"


@pytest.mark.parametrize(
    ("touched", "told"),
    [
        (None, True),
        (frozenset(), False),
        (frozenset({"detection:Other", "file:other.yml"}), False),
        (frozenset({"detection:Gone"}), True),
        (frozenset({"file:p.yml"}), True),
    ],
)
def test_a_reference_is_told_if_the_change_may_touch_it_or_its_spec(touched, told) -> None:
    found = find({"p.yml": PACK}, touched=touched)
    assert [each.check for each in found] == ["unresolved-reference"] * told


def test_by_default_nothing_more_is_asked_for() -> None:
    assert CheckSettings() == (0, frozenset(), False, False, False, frozenset(), None, (), "ids", go_on)


SCHEDULED = (
    "AnalysisType: scheduled_rule\nRuleID: S\nFilename: s.py\nEnabled: true\nSeverity: Low\n"
    "ScheduledQueries: [{}]\n"
)
QUERY = "AnalysisType: saved_query\nQueryName: Failed Logins\nQuery: select 1\n"
# Names of another kind are never meant.
OTHERS = {"p.yml": "AnalysisType: pack\nPackID: Failed Login\nPackDefinition: {IDs: []}\n"}


@pytest.mark.parametrize(
    ("query", "settings", "level", "hint"),
    [
        ("Failed Login", {}, "warning", "Did you mean `Failed Logins`? If not, the deployment must"),
        ("Failed Things", {}, "notice", "The deployment must have it."),
        ("Something", {}, "notice", "The deployment must have it."),
        ("Failed Loops", {"strict_references": True}, "error", "Did you mean `Failed Logins`?"),
        ("Something", {"strict_references": True}, "error", "Add it to the repository"),
        ("Something", {"before": frozenset({"query:Something"})}, "error", "This change removes it"),
    ],
)
def test_a_query_that_is_missing_comes_with_the_one_that_may_be_meant(query, settings, level, hint):
    files = {"s.yml": SCHEDULED.format(query), "s.py": BODY, "q.yml": QUERY} | OTHERS
    found = find_one(files, ["s.yml"], **settings)
    assert (found.check, found.level, str(found.location)) == ("unresolved-reference", level, "s.yml:6:20")
    assert (found.hint.startswith(hint), found.detection) == (True, "S")


@pytest.mark.parametrize(
    ("status", "other", "settings", "level"),
    [
        ("", "", {}, None),
        ("", "Status: deprecated\n", {}, "warning"),
        ("", "Status: deprecated\n", {"strict_references": True}, "error"),
        ("", "Status: deprecated\n", {"deploy_all": True}, None),
        ("Status: experimental\n", "Status: deprecated\n", {}, None),
    ],
)
def test_what_is_deployed_must_not_refer_to_what_is_not(status, other, settings, level):
    derived = f"AnalysisType: rule\nRuleID: D\nBaseDetection: B\n{status}"
    found = find({"d.yml": derived, "b.yml": rule("B", other), "b.py": BODY}, ["d.yml"], **settings)
    assert [each.level for each in found] == ([level] if level else [])
    assert all(each.message.startswith("`B` is not deployed") for each in found)
    assert all(str(each.location) == "d.yml:3:16" for each in found)


def derive(*texts: str) -> list[str]:
    """What is said of the bases of `d0.yml`, the first of these specs."""
    files = {f"d{number}.yml": text for number, text in enumerate(texts)} | {"b.py": BODY}
    return [each.message for each in find(files, ["d0.yml"])]


def test_what_is_wrong_with_a_base_or_with_its_own_is_told():
    derived = "AnalysisType: rule\nRuleID: {}\nBaseDetection: {}\n"
    policy = rule("P", body="b.py").replace("rule\nRuleID", "policy\nPolicyID").replace("LogTypes", "Tags")
    assert derive(derived.format("D", "B"), rule("B")) == []
    assert derive(derived.format("D", "E"), derived.format("E", "B"), rule("B")) == []
    assert "`Gone`" in derive(derived.format("D", "E"), derived.format("E", "Gone"))[0]
    assert derive(derived.format("D", "D")) == ["The base `D` can't be read, or is derived from this rule."]
    assert "has another type than this rule" in derive(derived.format("D", "P"), policy)[0]


CORRELATION = (
    "AnalysisType: correlation_rule\nRuleID: C\nEnabled: true\nSeverity: Low\nDetection:\n  - Group:\n"
    "      - RuleID: Other\n    Schedule: {RateMinutes: 5, TimeoutMinutes: 1}\n"
)


@pytest.mark.parametrize(
    ("kind", "key", "told"),
    [
        (
            "saved_query",
            "QueryName",
            ["`Other` is the id of a saved query, which a correlation rule can't get matches from."],
        ),
        (
            "policy",
            "PolicyID",
            ["`Other` is the id of a policy, which a correlation rule can't get matches from."],
        ),
        ("rule", "RuleID", []),
        ("scheduled_rule", "RuleID", []),
        ("correlation_rule", "RuleID", []),
    ],
)
def test_a_correlation_rule_gets_matches_from_rules_only(kind, key, told) -> None:
    other = f"AnalysisType: {kind}\n{key}: Other\nEnabled: true\n"
    found = find({"c.yml": CORRELATION, "other.yml": other}, ["c.yml"])
    assert [each.message for each in found] == told
    assert [str(each.location) for each in found] == ["c.yml:7:17"] * len(told)
