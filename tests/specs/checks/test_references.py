"""Which references that lead nowhere are told depends on what the change may touch."""

import pytest

from panther_ci.specs.checks import CheckSettings, check_project
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search

PACK = b"AnalysisType: pack\nPackID: P\nPackDefinition: {IDs: [Gone]}\n"


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
    project = load_project(Search({"p.yml": PACK}), frozenset({"p.yml"}))
    found = check_project(project, CheckSettings(touched=touched))
    assert [each.check for each in found] == ["unresolved-reference"] * told


def test_by_default_nothing_more_is_asked_for() -> None:
    assert CheckSettings() == (0, frozenset(), False, False, frozenset(), None)
