"""Adds up what the confined processes say of the time that each phase of their work took."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any


class Meter:
    """Processor seconds by kind of process and phase; they are asked for only where it is `on`.

    Those of children come from processes that run bodies, so they are no basis for a verdict.
    """

    def __init__(self, on: bool) -> None:
        self.on = on
        self.seconds: dict[tuple[str, str], float] = defaultdict(float)

    def add(self, process: str, message: Mapping[str, Any]) -> None:
        """Counts what a message says, where it says so."""
        told = message.get("spent")
        if self.on and type(told) is dict:
            for phase, seconds in told.items():
                if type(seconds) is float:
                    self.seconds[process, phase] += seconds
