"""What a body prints, kept up to a bound."""

import io
import sys
from typing import Any

from panther_ci.running import protocol


class _Bounded(io.BytesIO):
    """Takes everything and keeps the beginning."""

    def write(self, data: Any) -> int:
        room = max(0, protocol.MAX_OUTPUT - self.tell())
        super().write(memoryview(data)[:room])
        return len(data)


class Captured:
    """Stands in for standard output and error."""

    def __init__(self) -> None:
        self._bytes = _Bounded()

    def install(self) -> None:
        """Fresh streams, so that a body that closed or replaced them changes nothing for the next."""
        self._bytes = _Bounded()
        sys.stdout = sys.stderr = io.TextIOWrapper(
            self._bytes, "utf-8", "backslashreplace", write_through=True
        )

    def take(self) -> str:
        """What was printed since it was last asked."""
        if self._bytes.closed:
            return ""
        text = self._bytes.getvalue().decode("utf-8", "backslashreplace")
        self._bytes.seek(0)
        self._bytes.truncate()
        return text
