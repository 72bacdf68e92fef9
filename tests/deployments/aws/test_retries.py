"""Trying again is for harmless failures only, and ends at a deadline."""

from dataclasses import replace

import pytest

from panther_ci.deployments.aws.retries import call_patiently

FAILURES = (OSError, ZeroDivisionError)


def failing(times: int, error: type[Exception] = OSError):
    failures = [error] * times

    def call() -> str:
        if failures:
            raise failures.pop()
        return "done"

    return call


def test_delays_double_up_to_the_longest(clock):
    assert (
        call_patiently(failing(8), FAILURES, lambda error: True, clock.patience(deadline_seconds=1000))
        == "done"
    )
    assert clock.slept == [0.5, 1, 2, 4, 8, 15, 15, 15]


def test_delays_are_drawn_by_chance(clock):
    patience = replace(clock.patience(longest_delay_seconds=1), chance=lambda: 0.5)
    call_patiently(failing(3), FAILURES, lambda error: True, patience)
    assert clock.slept == [0.25, 0.5, 0.5]


def test_no_delay_goes_past_the_deadline(clock):
    with pytest.raises(OSError):
        call_patiently(failing(100), FAILURES, lambda error: True, clock.patience(deadline_seconds=5))
    assert clock.slept == [0.5, 1, 2]


def test_a_failure_that_may_have_done_something_is_raised_at_once(clock):
    with pytest.raises(ZeroDivisionError):
        call_patiently(failing(1, ZeroDivisionError), FAILURES, lambda error: False, clock.patience())
    assert clock.slept == []
