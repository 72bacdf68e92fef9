"""Frames and messages of an untrusted writer."""

import os
from pathlib import Path
from typing import Any

import pytest

from panther_ci.judging.observations import MissingMatcher, Observed
from panther_ci.running.attempt import Attempt
from panther_ci.running.protocol import MAX_FRAME, Frames, ProtocolError, encode, receive, send
from panther_ci.running.schedule import Task

CASE: dict[str, Any] = {
    "job": 1,
    "case": 0,
    "matcher": {"type": "bool", "text": "True", "size": None},
    "functions": {},
    "reads": [],
    "output": "",
    "seconds": 0.1,
}


def test_frames_arrive_whole_however_they_are_cut() -> None:
    data = encode({"a": 1}) + encode({"b": "\ud800\xe9"})
    frames = Frames()
    assert [message for byte in data for message in frames.feed(bytes([byte]))] == [
        {"a": 1},
        {"b": "\ud800\xe9"},
    ]


@pytest.mark.parametrize(
    "data",
    [
        (MAX_FRAME + 1).to_bytes(4, "big"),
        b"\0\0\0\4nope",
        b"\0\0\0\2[]",
        b"\0\0\0\0",
        b"\0\0\0\2\xff\xff",
        (100_000).to_bytes(4, "big") + b"[" * 100_000,
        (9002).to_bytes(4, "big") + b'{"a":' + b"1" * 8996 + b"}",
    ],
)
def test_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(ProtocolError):
        list(Frames().feed(data))


@pytest.mark.parametrize(("more", "taken"), [(0, True), (1, False)])
def test_a_message_may_have_four_megabytes(more: int, taken: bool) -> None:
    text = b'{"a":"' + b"x" * (4_194_304 - 8 + more) + b'"}'
    arrived = Frames().feed(len(text).to_bytes(4, "big") + text)
    if taken:
        assert len(next(arrived)["a"]) == 4_194_296
    else:
        with pytest.raises(ProtocolError):
            next(arrived)


def test_what_came_before_nonsense_counts() -> None:
    arrived = Frames().feed(encode({"a": 1}) + b"\0\0\0\4nope")
    assert next(arrived) == {"a": 1}
    with pytest.raises(ProtocolError):
        next(arrived)


def test_a_frame_is_a_length_and_json_without_spaces() -> None:
    assert encode({"a": [1, 2], "b": None}) == b'\0\0\0\x14{"a":[1,2],"b":null}'


def test_a_long_frame_ends_where_the_next_one_begins(tmp_path: Path) -> None:
    messages = [{"a": "x" * 1_600_000}, {"b": 1}]
    (tmp_path / "frames").write_bytes(b"".join(map(encode, messages)))
    with (tmp_path / "frames").open("rb", buffering=0) as file:
        assert [receive(file.fileno()) for _ in range(3)] == [*messages, None]


def test_pipes_carry_frames_to_their_end() -> None:
    reader, writer = os.pipe()
    send(writer, {"a": [1, 2]})
    os.write(writer, b"\0\0\0\5{")
    os.close(writer)
    assert [receive(reader), receive(reader), receive(reader)] == [{"a": [1, 2]}, None, None]
    os.close(reader)


def attempt(make: Any, cases: int = 1) -> Attempt:
    return Attempt(Task(make.job("", *(make.case() for _ in range(cases)))), 1)


def test_messages_in_order_make_an_observation(make: Any) -> None:
    asked = attempt(make, 2)
    for message in ({"job": 1, "loaded": None, "output": ""}, CASE, {**CASE, "case": 1}):
        asked.take(message)
    asked.take({"job": 1, "done": True, "leak": ""})
    assert (asked.done, sorted(asked.observed().cases)) == (True, [0, 1])


def test_it_is_known_whether_the_body_was_imported(make: Any) -> None:
    asked = attempt(make)
    assert not asked.observed().imported
    asked.take({"job": 1, "loaded": None, "output": ""})
    assert asked.observed().imported


def test_before_any_message_nothing_is_known(make: Any) -> None:
    asked = attempt(make)
    assert (asked.done, asked.leak, asked.looked) == (False, "", False)
    assert asked.observed() == Observed(imported=False)


def test_only_the_traced_cases_are_asked_for(make: Any) -> None:
    job = make.job("", make.case(), make.case(), make.case())
    assert Attempt(Task(job, traced=(0, 2)), 1).cases == [0, 2]
    assert Attempt(Task(job), 1).cases == [0, 1, 2]


@pytest.mark.parametrize(("said", "kept"), [({}, ""), ({"output": "o" * 99_999}, "o" * 10_000)])
def test_what_a_body_prints_while_it_is_imported_is_kept(make: Any, said: Any, kept: str) -> None:
    asked = attempt(make)
    asked.take({"job": 1, "loaded": None, **said})
    assert asked.observed().output == kept


def test_a_body_that_can_not_be_loaded_has_no_cases(make: Any) -> None:
    asked = attempt(make)
    asked.take({"job": 1, "loaded": {"missing": "rule"}})
    asked.take({"job": 1, "done": True})
    assert (asked.done, asked.observed().problem) == (True, MissingMatcher("rule"))


@pytest.mark.parametrize(
    ("said", "leak", "looked"),
    [
        ({}, "", False),
        ({"leak": "l" * 9999, "looked": True}, "l" * 2000, True),
        ({"leak": "a", "looked": 1}, "a", False),
    ],
)
def test_the_end_says_what_was_left_changed(make: Any, said: Any, leak: str, looked: bool) -> None:
    asked = attempt(make)
    for message in ({"job": 1, "loaded": None}, CASE, {"job": 1, "done": True, **said}):
        asked.take(message)
    assert (asked.leak, asked.looked) == (leak, looked)


@pytest.mark.parametrize(("said", "leak"), [({}, ""), ({"leak": "l" * 9999}, "l" * 2000)])
def test_a_last_look_may_find_nothing(make: Any, said: Any, leak: str) -> None:
    asked = attempt(make)
    for message in ({"job": 1, "loaded": None}, CASE, {"job": 1, "done": True, "leak": "before"}):
        asked.take(message)
    asked.take({"job": 1, "looked": True, **said})
    assert (asked.leak, asked.looked) == (leak, True)


def test_where_a_body_was_may_be_told_at_any_time_before_its_end(make: Any) -> None:
    asked = attempt(make)
    for message in ({"job": 1, "late": [["a.py", 1, "f"]]}, {"job": 1, "loaded": None}):
        asked.take(message)
    assert asked.observed().late == (("a.py", 1, "f"),)


def test_a_last_look_comes_after_the_end(make: Any) -> None:
    asked = attempt(make)
    for message in ({"job": 1, "loaded": None, "output": ""}, CASE, {"job": 1, "done": True, "leak": ""}):
        asked.take(message)
    assert (asked.looked, asked.leak) == (False, "")
    asked.take({"job": 1, "leak": "something", "looked": True})
    assert (asked.looked, asked.leak) == (True, "something")


@pytest.mark.parametrize(
    "messages",
    [
        [{"job": 2, "loaded": None}],
        [{"job": True, "loaded": None}],
        [{"loaded": None}],
        [{"job": 1, "loaded": 5}],
        [{"job": 1, "late": 5}],
        [{"job": 1, "late": [["a", "1", "f"]]}],
        [{"job": 1, "loaded": {"raised": "E", "text": "", "frames": [["a", "b"]]}}],
        [{"job": 1, "loaded": None}, {"job": 1, "done": True}],
        [{"job": 1, "loaded": None}, {**CASE, "case": 1}],
        [{"job": 1, "loaded": None}, {**CASE, "case": False}],
        [{"job": 1, "loaded": None}, CASE, CASE],
        [{"job": 1, "loaded": {"missing": "rule"}}, CASE],
        [{"job": 1, "loaded": None}, CASE, {"job": 1, "done": True}, {"job": 1, "done": True}],
        [
            {"job": 1, "loaded": None},
            CASE,
            {"job": 1, "done": True, "looked": True},
            {"job": 1, "looked": True},
        ],
        [{"job": 1, "loaded": None}, CASE, {"job": 1, "looked": True}],
    ],
)
def test_messages_out_of_order_are_refused(make: Any, messages: list[dict[str, Any]]) -> None:
    asked = attempt(make)
    with pytest.raises(ProtocolError):
        for message in messages:
            asked.take(message)
