"""The stage sees what was done to a victim, however busy the machine is."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.hostile.stage import describe_settled, start_victim


@contextmanager
def busy_processor(number: int) -> Iterator[None]:
    """Keeps one processor busy."""
    spinner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            f"import os\nos.sched_setaffinity(0, {{{number}}})\nprint(1, flush=True)\nwhile True: pass",
        ],
        stdout=subprocess.PIPE,
    )
    try:
        assert spinner.stdout is not None
        spinner.stdout.readline()
        yield
    finally:
        spinner.kill()
        spinner.communicate()


def test_a_signal_counts_that_a_victim_had_no_time_to_take() -> None:
    processor = min(os.sched_getaffinity(0))
    victim = start_victim()
    try:
        before = describe_settled(victim.pid)
        os.sched_setaffinity(victim.pid, {processor})
        os.sched_setscheduler(victim.pid, os.SCHED_IDLE, os.sched_param(0))
        pinned = describe_settled(victim.pid)
        with busy_processor(processor):
            os.kill(victim.pid, signal.SIGSTOP)
            after = describe_settled(victim.pid)
    finally:
        victim.kill()
        victim.wait()
    assert before[0] == pinned[0] == "alive"
    assert after == ["T", *pinned[1:]]
