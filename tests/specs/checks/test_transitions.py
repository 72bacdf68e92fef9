"""The next step for a transition that leads elsewhere than to the next entry."""

import pytest

from tests.specs.found import BODY, find, rule

SEQUENCE = (
    "AnalysisType: correlation_rule\nRuleID: C\nEnabled: true\nSeverity: High\nDetection:\n"
    "  - Sequence: [{{ID: a, RuleID: R}}, {{ID: b, RuleID: R}}, {{ID: c, RuleID: R}}]\n"
    "    Transitions: [{{From: {}, To: {}}}]\n    Schedule: {{RateMinutes: 60, TimeoutMinutes: 5}}\n"
)


@pytest.mark.parametrize(
    ("first", "second", "step"),
    [
        ("b", "a", "Exchange `From` and `To`."),
        ("c", "b", "Exchange `From` and `To`."),
        ("b", "b", "Write transitions in the order of `Sequence`"),
        ("c", "a", "Write transitions in the order of `Sequence`"),
        ("a", "c", "Write transitions in the order of `Sequence`"),
    ],
)
def test_only_neighbours_are_to_be_exchanged(first, second, step):
    files = {"c.yml": SEQUENCE.format(first, second), "r.yml": rule("R"), "r.py": BODY}
    (hint,) = (each.hint for each in find(files) if each.check == "transition-order")
    assert hint.startswith(step)


@pytest.mark.parametrize("pair", [("a", "b"), ("b", "c")])
def test_what_leads_to_the_next_entry_is_right(pair):
    files = {"c.yml": SEQUENCE.format(*pair), "r.yml": rule("R"), "r.py": BODY}
    assert "transition-order" not in [each.check for each in find(files)]
