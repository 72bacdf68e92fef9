"""Names that a correlation rule has twice."""

from tests.specs.found import find

ENTRIES = (
    "AnalysisType: correlation_rule\nRuleID: C\nEnabled: true\nSeverity: Low\nDetection:\n  - Group:\n{}"
    "    Schedule: {{RateMinutes: 5, TimeoutMinutes: 1}}\n"
)


def find_repeated(text: str) -> list[tuple[str, str]]:
    """The places and levels of what is repeated."""
    found = find({"a.yml": text})
    return [(str(each.location), each.level) for each in found if each.check == "repeated-value"]


def test_entries_with_the_same_name_are_told() -> None:
    lines = "".join(f"      - {{RuleID: {rule}, ID: {name}}}\n" for rule, name in ("Xa", "Yb", "Za"))
    assert find_repeated(ENTRIES.format(lines)) == [("a.yml:9:25", "warning")]


def test_an_entry_without_a_name_has_that_of_its_rule() -> None:
    lines = "      - RuleID: X\n      - RuleID: X\n"
    assert find_repeated(ENTRIES.format(lines)) == [("a.yml:8:9", "warning")]
