"""git's output is read strictly."""

from collections.abc import Callable

import pytest

from panther_ci.errors import RepositoryError
from panther_ci.repository.records import (
    Commit,
    IndexEntry,
    RawChange,
    parse_batch,
    parse_commits,
    parse_index,
    parse_raw_diff,
    parse_tree,
)

BLOB = "1" * 40


def record(status: str, *paths: str) -> str:
    return "\0".join((f":100644 100755 {BLOB} {'2' * 40} {status}", *paths, ""))


def test_records_of_every_known_status_are_read() -> None:
    changes = record("A", "new"), record("M", "a b\n"), record("R087", "old", "new"), record("T", "c")
    assert parse_raw_diff("".join(changes) + record("D", "gone")) == (
        RawChange("A", "new", "new", "100644", BLOB),
        RawChange("M", "a b\n", "a b\n", "100644", BLOB),
        RawChange("R", "new", "old", "100644", BLOB),
        RawChange("T", "c", "c", "100644", BLOB),
        RawChange("D", "gone", "gone", "100644", BLOB),
    )


@pytest.mark.parametrize(
    "text",
    [
        record("X", "a"),
        record("C100", "a", "b"),
        record("M"),
        record("R100", "a"),
        "M\0a\0",
        ":1 2 3\0a\0",
        record("", "a"),
        record("M", "a")[:-1],
    ],
)
def test_records_it_does_not_know_are_refused(text: str) -> None:
    with pytest.raises(RepositoryError):
        parse_raw_diff(text)


def test_entries_of_the_index_and_of_commits_are_read() -> None:
    entries = (IndexEntry("a\tb \n", "100644", BLOB), IndexEntry("c", "160000", BLOB))
    assert parse_index(f"100644 {BLOB} 0\ta\tb \n\000160000 {BLOB} 0\tc\0") == entries
    assert parse_tree(f"100644 blob {BLOB}\ta\tb \n\000160000 commit {BLOB}\tc\0") == entries


@pytest.mark.parametrize(("read", "text"), [(parse_raw_diff, record("U", "a")), (parse_index, "1 1 2\ta\0")])
def test_a_conflict_is_told(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(RepositoryError, match="`a` has an unresolved merge conflict") as caught:
        read(text)
    assert caught.value.hint == "Resolve it, then try again."


@pytest.mark.parametrize(
    "text", ["100644 blob 1 a\0", "100644 1\ta\0", "100644 blob 1\t\0", "1 blob 2 3\ta\0"]
)
def test_entries_of_a_commit_that_it_does_not_know_are_refused(text: str) -> None:
    with pytest.raises(RepositoryError, match="list of a commit can't be understood"):
        parse_tree(text)


@pytest.mark.parametrize("text", ["100644 1 0 a\0", "100644 1\ta\0", "100644 1 0\t\0", "100644 1 2\ta\0"])
def test_entries_it_does_not_know_are_refused(text: str) -> None:
    with pytest.raises(RepositoryError):
        parse_index(text)


def test_blobs_with_any_bytes_are_read() -> None:
    output = b"1 blob 3\na\n\0\n2 blob 0\n\n"
    assert parse_batch(output) == {"1": b"a\n\0", "2": b""}


@pytest.mark.parametrize(
    "output",
    [
        *(b"1 tree 3\nabc\n", b"1 blob 3\nabcd", b"1 missing\n", b"1 blob x\nabc\n", b"1 blob 3"),
        *(b"1 missing\n\n", b"\n1", b"\xff blob x\n", b"1 2 blob 3\nabc\n", b"1 blob 3\nabc"),
    ],
)
def test_answers_that_are_no_blobs_are_refused(output: bytes) -> None:
    with pytest.raises(RepositoryError):
        parse_batch(output)


def test_commits_are_read_with_their_parents_and_what_is_missing() -> None:
    content = b"tree 1\nparent 2\nparent 3\nauthor \xff\n\nparent of none\n"
    output = b"a missing\n1 commit %d\n%s\nb ambiguous\n4 commit 0\n\n" % (len(content), content)
    assert [*parse_commits(output)] == [Commit(), Commit("1", ("2", "3")), Commit(), Commit("4")]


@pytest.mark.parametrize("output", [b"1 blob 3\nabc\n", b"1 commit x\n", b"1 commit\n", b"\xff commit x\n"])
def test_answers_that_are_no_commits_are_refused(output: bytes) -> None:
    with pytest.raises(RepositoryError, match="can't be understood"):
        [*parse_commits(output)]


@pytest.mark.parametrize(
    ("read", "record", "most"),
    [
        (parse_raw_diff, "x" * 90, 80),
        (parse_raw_diff, f":1 2 3 4 {'x' * 90}\0a", 8),
        (parse_index, "x" * 90, 80),
        (parse_tree, "x" * 90, 80),
        (lambda text: [*parse_commits(text.encode())], "x" * 90, 80),
    ],
)
def test_of_what_is_not_understood_the_beginning_is_told(
    read: Callable[[str], object], record: str, most: int
) -> None:
    with pytest.raises(RepositoryError) as caught:
        read(f"{record}\0")
    assert f"'{'x' * most}'" in caught.value.message
