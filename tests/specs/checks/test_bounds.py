"""What is said of a file is bounded for each check and each level on its own."""

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Level, Location
from panther_ci.specs.checks.bounds import bound

KINDS = [
    (CheckId.MISSING_MODULE, "a.py", Level.ERROR),
    (CheckId.MISSING_MODULE, "a.py", Level.WARNING),
    (CheckId.MISSING_MODULE, "b.py", Level.ERROR),
    (CheckId.DUPLICATE_CASE, "a.py", Level.ERROR),
]


def make(number: int, check: CheckId, path: str, level: Level) -> Finding:
    return Finding(check, f"wrong {number}", Location(path, number), level, "Make it right.")


@pytest.mark.parametrize("kind", KINDS[1:])
def test_a_kind_leaves_nothing_out_of_another(kind: tuple[CheckId, str, Level]) -> None:
    findings = [make(number, *each) for number in range(1, 21) for each in (KINDS[0], kind)]
    assert list(bound(findings)) == findings


@pytest.mark.parametrize("kind", KINDS)
def test_one_more_than_the_bound_is_shown_itself(kind: tuple[CheckId, str, Level]) -> None:
    findings = [make(number, *kind) for number in range(1, 22)]
    assert list(bound(findings)) == findings


def test_many_more_are_counted_in_the_place_of_the_first_of_them() -> None:
    findings = [make(number, *KINDS[0]) for number in range(1, 1022)]
    *shown, last = bound(findings)
    assert shown == findings[:20]
    more = "… and 1,001 more of this kind in this file."
    assert last == findings[20]._replace(message=more, hint="Fix those that are listed first.")
