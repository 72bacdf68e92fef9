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


def test_it_answers_only_while_a_detection_runs() -> None:
    reading, writing = os.pipe()
    running: Any = Detection(7, frozenset([__file__]))
    before = signal.getsignal(signal.SIGALRM)
    try:
        alarm = Alarm(writing)
        signal.raise_signal(signal.SIGALRM)
        with alarm.watching(running):
            signal.raise_signal(signal.SIGALRM)
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)
        os.close(writing)
    answer: Any = protocol.receive(reading)
    assert (answer["job"], answer["late"][-1][0]) == (7, __file__)
    assert protocol.receive(reading) is None
    os.close(reading)
