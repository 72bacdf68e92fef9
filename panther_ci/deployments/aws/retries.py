"""How long AWS is waited for, and which of its failures are worth another attempt."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from panther_ci.deployments.aws.failures import is_harmless, list_failures
from panther_ci.web import RetryPolicy

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Patience:
    """Timeouts in seconds, the time of day in seconds since 1970, and when to try again.

    A synchronous invocation may last 15 minutes (Lambda's longest), hence `answer_seconds`.
    """

    answer_seconds: float = 900.0
    connect_seconds: float = 10.0
    now: Callable[[], float] = time.time
    retries: RetryPolicy = field(default_factory=RetryPolicy)

    def call(self, attempt: Callable[[], Result]) -> Result:
        """Return the result of a call of AWS, repeated after failures that surely did nothing.

        Raises the last failure, which is one of `list_failures()`.
        """

        def find_wait(failure: Exception, delay: float) -> float | None:
            return delay if is_harmless(failure) else None

        return self.retries.call(attempt, list_failures(), find_wait)
