"""Trying again is only for failures that allow it, and ends at a deadline."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from panther_ci.web import RetryPolicy


@dataclass
class Clock:
    """Time that passes only by sleeping."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def policy(self, **values: float) -> RetryPolicy:
        return replace(RetryPolicy(clock=lambda: self.now, sleep=self.sleep, chance=lambda: 1.0), **values)


@pytest.fixture
def clock() -> Clock:
    return Clock()


FAILURES = (OSError, ZeroDivisionError)


def failing(times: int, error: type[Exception] = OSError) -> Callable[[], str]:
    failures = [error] * times

    def attempt() -> str:
        if failures:
            raise failures.pop()
        return "done"

    return attempt


def take_delay(failure: Exception, delay: float) -> float:
    return delay


def test_delays_double_up_to_the_longest(clock: Clock) -> None:
    assert clock.policy(deadline_seconds=1000).call(failing(8), FAILURES, take_delay) == "done"
    assert clock.slept == [0.5, 1, 2, 4, 8, 15, 15, 15]


def test_delays_are_drawn_by_chance(clock: Clock) -> None:
    policy = replace(clock.policy(longest_delay_seconds=1), chance=lambda: 0.5)
    policy.call(failing(3), FAILURES, take_delay)
    assert clock.slept == [0.25, 0.5, 0.5]


def test_chance_lies_between_nothing_and_one() -> None:
    chances = [RetryPolicy().chance() for _ in range(100)]
    assert len(set(chances)) > 1
    assert 0 <= min(chances) <= max(chances) < 1


def test_no_delay_goes_past_the_deadline(clock: Clock) -> None:
    with pytest.raises(OSError):
        clock.policy(deadline_seconds=5).call(failing(100), FAILURES, take_delay)
    assert clock.slept == [0.5, 1, 2]


def test_the_deadline_is_counted_from_the_first_failure(clock: Clock) -> None:
    def attempt() -> str:
        clock.now += 7
        raise OSError

    with pytest.raises(OSError):
        clock.policy(deadline_seconds=10).call(attempt, FAILURES, take_delay)
    assert clock.slept == [0.5, 1]


def test_a_wait_that_is_asked_for_replaces_the_delay(clock: Clock) -> None:
    assert clock.policy().call(failing(3), FAILURES, lambda failure, delay: 7 + delay) == "done"
    assert clock.slept == [7.5, 8, 9]


def test_a_failure_that_may_have_done_something_is_raised_at_once(clock: Clock) -> None:
    with pytest.raises(ZeroDivisionError):
        clock.policy().call(failing(1, ZeroDivisionError), FAILURES, lambda failure, delay: None)
    assert clock.slept == []


def test_an_exception_that_is_no_such_failure_is_raised_at_once(clock: Clock) -> None:
    with pytest.raises(KeyError):
        clock.policy().call(failing(1, KeyError), FAILURES, take_delay)
    assert clock.slept == []
