"""Records what explains the answers of a body: the fields it reads and the line at which it returns."""

# Taken before a body could put something else in their place.
from sys import getprofile, setprofile
from types import FrameType
from typing import Any

from panther_ci.running.confined.engine.reads import FieldRecorder


class Trace:
    """What the functions of the body at `path` did with one case; nothing is recorded unless it is `on`."""

    def __init__(self, path: str, on: bool) -> None:
        self._path = path
        self._on = on
        self.reads = FieldRecorder()
        self.lines: dict[str, int] = {}

    @property
    def recorder(self) -> FieldRecorder | None:
        """What an event tells of its fields."""
        return self.reads if self._on else None

    def call(self, name: str, function: Any, event: Any) -> Any:
        """What a function returns; a profiler that the body has set stays, and then no line is noted."""
        self.reads.function = name
        if not self._on or getprofile() is not None:
            return function(event)

        def note(frame: FrameType, happened: str, _argument: Any) -> None:
            # Of the frames of the body, the outermost one returns last.
            if happened == "return" and frame.f_code.co_filename == self._path:
                self.lines[name] = frame.f_lineno or 0

        setprofile(note)
        try:
            return function(event)
        finally:
            if getprofile() is note:
                setprofile(None)
