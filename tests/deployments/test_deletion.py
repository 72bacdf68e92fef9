"""What is to be deleted, and what is left of it."""

from panther_ci.deployments.base import Deletion


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
