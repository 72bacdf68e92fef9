"""The time of each phase is what passed since the phase before it, summed."""

import pytest

from panther_ci.running.confined.engine import meter
from panther_ci.running.confined.engine.meter import Meter


def test_each_phase_has_the_time_since_the_one_before(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter((1.0, 3.0, 7.0, 8.0))
    monkeypatch.setattr(meter, "thread_time", lambda: next(times))
    counting = Meter(on=True)
    for phase in ("load", "run", "load"):
        counting.count(phase)
    assert counting.take() == {"load": 5.0, "run": 2.0}
    counting.count("run")
    assert counting.take() == {"run": 1.0}


def test_nothing_is_counted_unless_it_is_asked_for() -> None:
    counting = Meter(on=False)
    counting.count("load")
    assert counting.take() == {}
