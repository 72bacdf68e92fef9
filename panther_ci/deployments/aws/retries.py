"""How long to wait and how often to try where nothing can have happened twice."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Patience:
    """Waiting times in seconds, and the clock, the sleep and the chance they are measured by.

    A synchronous invocation may last 15 minutes (Lambda's longest), hence `answer_seconds`.
    """

    answer_seconds: float = 900.0
    connect_seconds: float = 10.0
    deadline_seconds: float = 60.0
    first_delay_seconds: float = 0.5
    longest_delay_seconds: float = 15.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


def call_patiently(
    call: Callable[[], Result],
    failures: tuple[type[Exception], ...],
    is_harmless: Callable[[Exception], bool],
    patience: Patience,
) -> Result:
    """Call again after each of the `failures` that `is_harmless`, until it succeeds or the deadline is near.

    Delays double and are drawn between nothing and their full length, so that uploads that were
    throttled together don't return together. The last failure is raised.
    """
    end = patience.clock() + patience.deadline_seconds
    longest = patience.first_delay_seconds
    while True:
        try:
            return call()
        except failures as error:
            delay = longest * patience.chance()
            if not is_harmless(error) or patience.clock() + delay > end:
                raise
            patience.sleep(delay)
            longest = min(2 * longest, patience.longest_delay_seconds)
