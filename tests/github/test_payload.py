"""The file of the event is read with a clear word for whatever is wrong with it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from panther_ci.errors import InputError
from panther_ci.github.payload import (
    is_commit_id,
    read_commit,
    read_event,
    read_flag,
    read_number,
    read_optional_text,
    read_text,
)
from panther_ci.model import Json

LARGEST = 32 * 1024 * 1024


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
        file.truncate(LARGEST + 1)
    with pytest.raises(InputError, match="larger than 32 MiB"):
        read_event(str(tmp_path / "event.json"))


@pytest.mark.parametrize("path", ["/no/such/file", "/", "a\0b"])
def test_file_that_can_not_be_read_is_refused(path: str) -> None:
    with pytest.raises(InputError, match="can't be read"):
        read_event(path)


def test_variable_that_is_not_set_is_reported() -> None:
    with pytest.raises(InputError, match="GITHUB_EVENT_PATH is not set"):
        read_event("")


EVENT: Mapping[str, Json] = {
    "a": {"text": "x", "empty": "", "number": 7, "zero": 0, "below": -1, "yes": True, "no": None},
    "list": ["text"],
    "on": True,
    "off": False,
    "null": None,
    "word": "true",
}


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (("a", "empty"), "has a `a.empty` that is not a text"),
        (("a", "number"), "has a `a.number` that is not a text"),
        (("a", "none"), "has no `a.none`"),
        (("a", "text", "more"), "has no `a.text.more`"),
        (("list", "text"), "has no `list.text`"),
        (("a", "no"), "has no `a.no`"),
    ],
)
def test_what_is_no_text_is_named(keys: tuple[str, ...], problem: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(EVENT, *keys)
    assert caught.value.message == f"The event {problem}."
    assert read_optional_text(EVENT, *keys) == ""


def test_a_text_is_found_by_its_keys() -> None:
    assert read_text(EVENT, "a", "text") == read_optional_text(EVENT, "a", "text") == "x"


@pytest.mark.parametrize("keys", [("a", "text"), ("a", "zero"), ("a", "below"), ("a", "yes"), ("a", "none")])
def test_only_a_number_above_zero_is_one(keys: tuple[str, ...]) -> None:
    assert (read_number(EVENT, "a", "number"), read_number({"n": 1}, "n")) == (7, 1)
    with pytest.raises(InputError, match="not a number" if keys[1] != "none" else "has no `a.none`"):
        read_number(EVENT, *keys)


def test_a_flag_is_true_false_or_not_there() -> None:
    assert [read_flag(EVENT, key) for key in ("on", "off", "null", "none")] == [True, False, False, False]
    with pytest.raises(InputError, match="has a `word` that is not a boolean"):
        read_flag(EVENT, "word")


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        ("0123456789" * 4, True),
        ("abcdef0123" * 4, True),
        ("0123456789abcdef" * 4, True),
        ("a" * 39, False),
        ("a" * 41, False),
        ("a" * 63, False),
        ("a" * 65, False),
        ("A" * 40, False),
        ("g" * 40, False),
        (f"{'a' * 40}\n", False),
        ("", False),
        (None, False),
        (7, False),
    ],
)
def test_a_commit_is_named_by_its_full_id(text: Json, is_id: bool) -> None:
    assert is_commit_id(text) is is_id
    if is_id:
        assert read_commit({"head": {"sha": text}}, "head", "sha") == text
        return
    with pytest.raises(InputError, match=r"`head\.sha`"):
        read_commit({"head": {"sha": text}}, "head", "sha")


def test_an_event_as_large_as_any_is_read(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_bytes(b"{}" + b" " * (LARGEST - 2))
    assert read_event(str(tmp_path / "event.json")) == {}
