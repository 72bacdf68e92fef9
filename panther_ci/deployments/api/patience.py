"""How long the API is waited for: a deadline for the whole deployment, and pauses between requests."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from panther_ci.web import draw


@dataclass(frozen=True, slots=True)
class Patience:
    """Pauses in seconds, the time of day in seconds since 1970, and how time passes.

    Pauses are drawn between half and all of their length, so that clients that failed together do not return
    together. A deployment that can't be reached is tried for `unconnected_seconds`.
    """

    request_seconds: float = 60.0
    unconnected_seconds: float = 60.0
    first_pause_seconds: float = 2.0
    longest_pause_seconds: float = 15.0
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = draw


@dataclass
class Timer:
    """The time that is left; what was slept counts even if the clock stands still."""

    patience: Patience
    limit_seconds: float
    started: float = field(init=False)
    slept: float = field(default=0.0, init=False)
    pause: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.patience.clock()
        self.begin_pauses()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return max(self.slept, self.patience.clock() - self.started)

    @property
    def over(self) -> bool:
        """Whether no time is left."""
        return self.elapsed >= self.limit_seconds

    def begin_pauses(self) -> None:
        """Let the next pause be a short one."""
        self.pause = self.patience.first_pause_seconds

    def next_pause(self, at_least: float = 0.0) -> float:
        """How long to wait now: each time longer, and never past the deadline."""
        seconds = max(self.pause * (0.5 + self.patience.chance() / 2), at_least)
        self.pause = min(2 * self.pause, self.patience.longest_pause_seconds)
        return max(min(seconds, self.limit_seconds - self.elapsed), 0.0)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self.slept += seconds
        self.patience.sleep(seconds)
