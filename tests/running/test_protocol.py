"""Frames and messages of an untrusted writer."""

import json
import os
from typing import Any

import pytest

from panther_ci.judging.observations import Raised, Returned, Undecided
from panther_ci.running.answers import read_case
from panther_ci.running.attempt import Attempt
from panther_ci.running.job_frames import Encoder
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


def test_what_came_before_nonsense_counts() -> None:
    arrived = Frames().feed(encode({"a": 1}) + b"\0\0\0\4nope")
    assert next(arrived) == {"a": 1}
    with pytest.raises(ProtocolError):
        next(arrived)


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


@pytest.mark.parametrize(
    "change",
    [
        {"matcher": None},
        {"matcher": {"type": True, "text": "True"}},
        {"matcher": {"type": "bool"}},
        {"matcher": {"type": "str", "text": "a", "size": -1}},
        {"matcher": {"type": "str", "text": "a", "size": True}},
        {"matcher": {"raised": "E", "text": "", "frames": [["a", True, "f"]]}},
        {"matcher": {"unknown": 5}},
        {"functions": {"rule": {"type": "str", "text": ""}}},
        {"functions": {"title": 5}},
        {"functions": {"destinations": {"type": "list", "text": "", "items": "a"}}},
        {"functions": {"destinations": {"type": "list", "text": "", "items": ["a", 1]}}},
        {"functions": {"destinations": {"type": "list", "text": "", "items": ["a"] * 21}}},
        {"reads": [["rule", [None], [""], True, 1]]},
        {"reads": [["rule", "a", [""], True, 1]]},
        {"reads": [["rule", ["a"], "", True, 1]]},
        {"reads": [["rule", ["a"], [], True, 1]]},
        {"reads": [["rule", ["a"], ["", 1], True, 1]]},
        {"reads": [["rule", ["a"], [""], True]]},
        {"reads": [["rule", ["a"], [""], True, 0]]},
        {"reads": [["rule", ["a"], [""], True, True]]},
        {"reads": [["rule", ["a"], [""], True, 10**10]]},
        {"reads": [5]},
        {"lines": 5},
        {"lines": {"rule": True}},
        {"lines": {"rule": "3"}},
        {"steps": 5},
        {"steps": [["Detection", "a", True, 0]]},
        {"steps": [[[None], "a", True, 0]]},
        {"steps": [[[0], 5, True, 0]]},
        {"steps": [[[0], "a", 1, 0]]},
        {"steps": [[[0], "a", True, -1]]},
        {"steps": [[[0], "a", True, True]]},
        {"steps": [[[0], "a", True, 0, 5]]},
        {"steps": [[[0], "a", True, 0, [1001]]]},
        {"steps": [[[0], "a", True, 0, [-1]]]},
        {"steps": [[[0], "a", True, 0, [True]]]},
        {"steps": [[[0], "a", True, 0, [], []]]},
        {"steps": [[5, "a", True, 0]]},
        {"decided": "0"},
        {"decided": True},
        {"matcher": {"undecided": 5, "keys": []}},
        {"matcher": {"undecided": "a"}},
        {"matcher": {"undecided": "a", "keys": [True]}},
        {"output": 5},
        {"seconds": 1},
        {"seconds": float("nan")},
        {"seconds": -1.0},
    ],
)
def test_a_case_of_wrong_types_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ProtocolError):
        read_case({**CASE, **change})


def test_texts_are_cut_on_our_side_too() -> None:
    seen = read_case({**CASE, "matcher": {"type": "x" * 10**5, "text": "y" * 10**5}, "output": "z" * 10**5})
    assert isinstance(seen.matcher, Returned)
    assert (len(seen.matcher.type), len(seen.matcher.text), len(seen.output)) == (200, 2000, 10_000)
    field = ["rule", ["k" * 10**5] * 50, ["v" * 10**5] * 50, True, 2]
    (read,) = read_case({**CASE, "reads": [field]}).reads
    assert (len(read.path), {len(key) for key in read.path}) == (20, {200})
    assert [len(value) for value in (read.value, *read.others)] == [200] * 3
    steps = read_case({**CASE, "steps": [[["k" * 999] * 99, "t" * 9999, None, 99]] * 999}).steps
    assert (len(steps), len(steps[0].keys), len(steps[0].text), steps[0].depth) == (200, 20, 2000, 20)
    assert {len(str(key)) for key in steps[0].keys} == {200}
    (step,) = read_case({**CASE, "steps": [[["k"], "t", None, 0, [*range(1001)]]]}).steps
    assert step.marks == (*range(20),)
    raised = read_case(
        {**CASE, "matcher": {"raised": "E", "text": "", "frames": [["a", 1, "f"]] * 100}}
    ).matcher
    assert isinstance(raised, Raised)
    assert len(raised.frames) == 20


def test_what_can_not_be_decided_and_what_decided_are_read() -> None:
    matcher = {"undecided": "t" * 9999, "keys": ["Detection", 0]}
    seen = read_case(
        {**CASE, "matcher": matcher, "filtered": True, "steps": [[["a"], "x", None, 0]] * 2, "decided": 1}
    )
    assert seen.matcher == Undecided(("Detection", 0), "t" * 2000)
    assert [step.decides for step in seen.steps] == [False, True]
    assert seen.filtered
    assert not read_case({**CASE, "filtered": 1}).filtered


def test_what_a_case_expects_is_never_sent(make: Any) -> None:
    true, false = (
        Encoder().encode(Attempt(Task(make.job("", make.case(expected=expected, name="secret"))), 1), set())
        for expected in (True, False)
    )
    assert true == false
    assert b"secret" not in true


def test_a_source_is_sent_once_to_a_process(make: Any) -> None:
    encoder, known = Encoder(), set[int]()
    helpers = (make.helper("first", "x = 1\n"),)
    frames = [
        encoder.encode(Attempt(Task(make.job("", name=name, helpers=helpers)), 1), known) for name in "ab"
    ]
    assert [len(json.loads(frame[4:])["sources"]) for frame in frames] == [2, 1]
