"""A process that runs bodies says where one is when the host asks, and nothing at other times."""

import os
import signal
from typing import Any, NamedTuple

from panther_ci.running import protocol
from panther_ci.running.confined.engine.alarm import Alarm


class Detection(NamedTuple):
    """What the alarm needs to know of a detection."""

    number: int
    paths: frozenset[str]


def outer() -> None:
    inner()


def inner() -> None:
    signal.raise_signal(signal.SIGALRM)


def test_it_answers_only_while_a_detection_runs() -> None:
    reading, writing = os.pipe()
    running: Any = Detection(7, frozenset([__file__]))
    before = signal.getsignal(signal.SIGALRM)
    try:
        alarm = Alarm(writing)
        signal.raise_signal(signal.SIGALRM)
        with alarm.watching(running):
            outer()
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)
        os.close(writing)
    answer: Any = protocol.receive(reading)
    own = "test_it_answers_only_while_a_detection_runs"
    assert answer["job"] == 7
    assert [(path, name) for path, _, name in answer["late"]] == [
        (__file__, name) for name in (own, "outer", "inner")
    ]
    assert protocol.receive(reading) is None
    os.close(reading)
