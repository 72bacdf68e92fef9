"""Reports where a body is when its time is almost over and the host asks; the host ends it."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from panther_ci.running import protocol
from panther_ci.running.confined.engine.evaluators import Evaluator
from panther_ci.running.confined.engine.observation import places


class Alarm:
    """Answers the signal that asks, while the code of a detection runs."""

    def __init__(self, results: int) -> None:
        self._results = results
        self._detection: Evaluator | None = None
        signal.signal(signal.SIGALRM, self._ring)

    @contextmanager
    def watching(self, detection: Evaluator) -> Iterator[None]:
        """While this lasts no message is half written, so that another may be sent."""
        self._detection = detection
        try:
            yield
        finally:
            self._detection = None

    def _ring(self, _number: int, frame: FrameType | None) -> None:
        if self._detection is not None:
            late = places(frame, self._detection.paths)
            protocol.send(self._results, {"job": self._detection.number, "late": late})
