"""What is to be deleted, and what is left of it."""

from typing import Any

import pytest

from panther_ci.deployments.base import Deleted, Deletion
from panther_ci.deployments.deletion import AGAIN, delete, preview, sort_by_operation
from panther_ci.errors import DeploymentError, Interrupted
from panther_ci.kinds import AnalysisType


class CountedId(str):
    """An id that counts how often it is compared."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        CountedId.compared += 1
        return str.__eq__(self, other)


def count_comparisons(ids: int) -> int:
    """How many comparisons it takes to take so many ids from as many others."""
    CountedId.compared = 0
    wanted, there = (Deletion(tuple(CountedId(f"{who}.{n}") for n in range(ids))) for who in "ab")
    assert wanted.without(there) == wanted
    return CountedId.compared


def test_ids_and_names_are_taken_from_their_own_kind() -> None:
    left = Deletion(("a", "b"), ("a", "b")).without(Deletion(("a",), ("b",)))
    assert left == Deletion(("b",), ("a",))


def test_the_work_for_an_id_does_not_grow_with_their_number() -> None:
    assert count_comparisons(2000) <= 40 * 2000


class Target:
    """Has some detections and queries, and deletes what it is asked for until it fails."""

    def __init__(self, there: Deletion, fails_at: int = -1, error: BaseException | None = None) -> None:
        self.there, self.fails_at, self.error = there, fails_at, error
        self.asked: list[tuple[int, int, bool]] = []

    def delete(self, wanted: Deletion, dry_run: bool) -> Deleted:
        if len(self.asked) == self.fails_at and self.error:
            raise self.error
        self.asked.append((len(wanted.detections), len(wanted.queries), dry_run))
        return Deleted(self.there, Deletion((), ("linked", "q1")))


def make_ids(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{number}" for number in range(count))


def open_target(there: Deletion, fails_at: int = -1, error: BaseException | None = None) -> Any:
    return Target(there, fails_at, error)


@pytest.mark.parametrize(
    ("kind", "deletion"),
    [
        (AnalysisType.RULE, Deletion(("A",))),
        (AnalysisType.SCHEDULED_RULE, Deletion(("A",))),
        (AnalysisType.POLICY, Deletion(("A",))),
        (AnalysisType.CORRELATION_RULE, Deletion(("A",))),
        (AnalysisType.SAVED_QUERY, Deletion((), ("A",))),
        (AnalysisType.SCHEDULED_QUERY, Deletion((), ("A",))),
        (AnalysisType.GLOBAL, Deletion()),
        (AnalysisType.DATAMODEL, Deletion()),
        (AnalysisType.PACK, Deletion()),
    ],
)
def test_each_kind_of_spec_is_deleted_by_its_own_operation(kind: AnalysisType, deletion: Deletion) -> None:
    assert sort_by_operation([(kind, "A")]) == deletion


def test_two_deletions_together_have_each_id_once() -> None:
    both = Deletion(("a", "b"), ("q",)).plus(Deletion(("b", "c"), ("q", "a")))
    assert both == Deletion(("a", "b", "c"), ("q", "a"))


def test_requests_have_a_hundred_of_one_kind_at_most() -> None:
    wanted = Deletion(make_ids("d", 201), make_ids("q", 101))
    target = open_target(wanted)
    found = preview(target, wanted)
    sizes = [(100, 0), (100, 0), (1, 0), (0, 100), (0, 1)]
    assert target.asked == [(*size, True) for size in sizes]
    assert found == Deleted(wanted, Deletion((), ("linked",)))
    parts = [*delete(target, wanted)]
    assert target.asked[5:] == [(*size, False) for size in sizes]
    assert [(len(part.detections), len(part.queries)) for part in parts] == sizes


def test_what_was_not_asked_for_does_not_count() -> None:
    target = open_target(Deletion(("a", "other"), ("q", "else")))
    wanted = Deletion(("a", "b"), ("q", "r"))
    assert preview(target, wanted).found == Deletion(("a",), ("q",))
    assert [*delete(target, wanted)] == [Deletion(("a",)), Deletion((), ("q",))]


def test_a_preview_that_fails_has_deleted_nothing() -> None:
    target = open_target(Deletion(), 1, DeploymentError("No.", "Wait."))
    with pytest.raises(DeploymentError, match=r"^Nothing was deleted\. No\.$") as caught:
        preview(target, Deletion(("a",), ("q",)))
    assert caught.value.hint == "Wait."


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (DeploymentError("No.", "Wait."), "102 of 103 were deleted before this. No.", "Wait."),
        (DeploymentError("No.", ""), "102 of 103 were deleted before this. No.", AGAIN),
        (Interrupted("SIGTERM"), "Stopped by SIGTERM during a deletion, after 102 of 103", AGAIN),
    ],
)
def test_a_deletion_that_fails_says_how_much_was_deleted(
    error: BaseException, message: str, hint: str
) -> None:
    wanted = Deletion(make_ids("d", 102), ("q",))
    with pytest.raises(DeploymentError) as caught:
        list(delete(open_target(wanted, 2, error), wanted))
    assert caught.value.message.startswith(message) and caught.value.hint.endswith(hint)


def test_queries_that_were_deleted_count_too() -> None:
    wanted = Deletion((), make_ids("q", 101))
    with pytest.raises(DeploymentError, match=r"^100 of 101 were deleted before this\. No\.$"):
        list(delete(open_target(wanted, 1, DeploymentError("No.", "Wait.")), wanted))
