"""git's output is read strictly."""

import pytest

from panther_ci.errors import RepositoryError
from panther_ci.repository.records import RawChange, parse_batch, parse_index, parse_raw_diff

BLOB = "1" * 40


def record(status: str, *paths: str) -> str:
    return "\0".join((f":100644 100755 {BLOB} {'2' * 40} {status}", *paths, ""))


def test_records_of_every_known_status_are_read() -> None:
    text = record("M", "a b\n") + record("R087", "old", "new") + record("T", "c")
    assert parse_raw_diff(text) == (
        RawChange("M", "a b\n", "a b\n", "100644", BLOB),
        RawChange("R", "new", "old", "100644", BLOB),
        RawChange("T", "c", "c", "100644", BLOB),
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


@pytest.mark.parametrize("text", ["100644 1 0 a\0", "100644 1\ta\0", "100644 1 0\t\0", "100644 1 2\ta\0"])
def test_entries_it_does_not_know_are_refused(text: str) -> None:
    with pytest.raises(RepositoryError):
        parse_index(text)


def test_blobs_with_any_bytes_are_read() -> None:
    output = b"1 blob 3\na\n\0\n2 blob 0\n\n"
    assert parse_batch(output) == {"1": b"a\n\0", "2": b""}


@pytest.mark.parametrize(
    "output", [b"1 tree 3\nabc\n", b"1 blob 3\nabcd", b"1 missing\n", b"1 blob x\nabc\n", b"1 blob 3"]
)
def test_answers_that_are_no_blobs_are_refused(output: bytes) -> None:
    with pytest.raises(RepositoryError):
        parse_batch(output)
