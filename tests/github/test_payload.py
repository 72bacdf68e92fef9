"""The file of the event is read with a clear word for whatever is wrong with it."""

from pathlib import Path

import pytest

from panther_ci.errors import InputError
from panther_ci.github.payload import MAX_EVENT_BYTES, read_event


def test_event_is_read(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_bytes(b'{"ref": "refs/heads/m\xc3\xa4in"}')
    assert read_event(str(tmp_path / "event.json")) == {"ref": "refs/heads/mäin"}


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "is not a JSON object"),
        (b"null", "is not a JSON object"),
    ],
)
def test_file_that_holds_no_event_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "event.json").write_bytes(content)
    with pytest.raises(InputError, match=problem) as caught:
        read_event(str(tmp_path / "event.json"))
    assert "GITHUB_EVENT_PATH" in caught.value.hint


def test_file_past_any_payload_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "event.json").open("wb") as file:
        file.truncate(MAX_EVENT_BYTES + 1)
    with pytest.raises(InputError, match="larger than 32 MiB"):
        read_event(str(tmp_path / "event.json"))


@pytest.mark.parametrize("path", ["/no/such/file", "/", "a\0b"])
def test_file_that_can_not_be_read_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="can't be read"):
        read_event(path)


def test_variable_that_is_not_set_is_reported() -> None:
    with pytest.raises(InputError, match="GITHUB_EVENT_PATH is not set"):
        read_event("")
