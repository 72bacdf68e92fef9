"""Adds up the processor time of each phase of a confined process, where that is asked."""

# Not that of the process: where its processor time is limited, that moves in ticks of some milliseconds.
from time import thread_time


class Meter:
    """Counts since the process began; where it is not `on`, nothing is counted."""

    def __init__(self, on: bool) -> None:
        self._on = on
        self._seen = 0.0
        self._seconds: dict[str, float] = {}

    def count(self, phase: str) -> None:
        """What passed since the last count was spent in this phase."""
        if self._on:
            now = thread_time()
            self._seconds[phase] = self._seconds.get(phase, 0.0) + now - self._seen
            self._seen = now

    def take(self) -> dict[str, float]:
        """The seconds of each phase since they were last taken."""
        seconds, self._seconds = self._seconds, {}
        return seconds
