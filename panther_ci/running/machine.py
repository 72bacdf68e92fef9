"""Facts about the machine that the host runs on."""

import ctypes
import os
import signal
import sys

_PR_SET_DUMPABLE = 4  # <linux/prctl.h>


def processors() -> int:
    """How many processes may run at once."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def hide_memory() -> None:
    """Keeps other processes of the same user out of this one's memory and environment (prctl(2))."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, *map(ctypes.c_ulong, (0, 0, 0, 0)))


def describe_status(status: int) -> str:
    """How a process ended that should have given a result, in words."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"the process ended without a result (exit code {code})"
    if -code == signal.SIGXCPU:
        return "the process used more processor time than it may"
    if -code == signal.SIGKILL:
        return "the process was killed before it gave a result"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"the process ended without a result (killed by {name})"
