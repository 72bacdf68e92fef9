"""How long each pause between requests is, with a clock that stands still."""

import pytest

from panther_ci.deployments.api.patience import Patience, Timer


def timer(limit: float = 1000.0, chance: float = 0.0, first: float = 2.0) -> Timer:
    patience = Patience(
        first_pause_seconds=first, clock=lambda: 5.0, chance=lambda: chance, sleep=lambda _: None
    )
    return Timer(patience, limit)


@pytest.mark.parametrize(
    ("chance", "pauses"),
    [(0.0, [1, 2, 4, 7.5, 7.5]), (0.5, [1.5, 3, 6, 11.25, 11.25]), (1.0, [2, 4, 8, 15, 15])],
)
def test_each_pause_is_longer_up_to_the_longest_one(chance: float, pauses: list[float]) -> None:
    waiting = timer(chance=chance)
    assert [waiting.next_pause() for _ in pauses] == pauses
    waiting.begin_pauses()
    assert waiting.next_pause() == pauses[0]


def test_a_pause_is_as_short_as_it_may_be_and_as_long_as_is_asked_for() -> None:
    assert timer(first=0.5).next_pause() == 0.25
    assert [timer().next_pause(seconds) for seconds in (0.5, 9.0)] == [1.0, 9.0]


def test_no_pause_goes_past_the_deadline() -> None:
    waiting = timer(limit=10.0)
    waiting.sleep(9.5)
    assert (waiting.next_pause(), waiting.over) == (0.5, False)
    waiting.sleep(0.5)
    assert (waiting.next_pause(), waiting.over) == (0.0, True)
    waiting.sleep(3.0)
    assert (waiting.next_pause(), waiting.elapsed) == (0.0, 13.0)


def test_what_was_slept_counts_where_the_clock_stands_still() -> None:
    waiting = timer(limit=6.0, chance=1.0)
    for left, pause in ((6.0, 2.0), (4.0, 4.0)):
        assert (waiting.limit_seconds - waiting.elapsed, waiting.over) == (left, False)
        waiting.sleep(waiting.next_pause())
        assert waiting.elapsed == 6.0 - left + pause
    assert (waiting.over, waiting.next_pause()) == (True, 0.0)
