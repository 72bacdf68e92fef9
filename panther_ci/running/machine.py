"""Facts about the machine that the host runs on."""

import ctypes
import os
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
