"""What a signal does: a report is still made."""

import signal
from types import FrameType

from panther_ci.errors import Interrupted


def stop_on_signals() -> None:
    """Turn SIGINT and SIGTERM, which GitHub sends on a cancel, into one `Interrupted`.

    GitHub kills 10 s after SIGINT (actions/runner), so a second signal must not disturb the reports.
    """

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.SIG_IGN)
        raise Interrupted(signal.Signals(number).name)

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, stop)
