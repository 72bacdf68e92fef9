"""Facts about the machine that the host runs on."""

import os
import signal


def processors() -> int:
    """How many processes may run at once."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return max(1, os.cpu_count() or 1)


def describe_status(status: int) -> str:
    """How a process ended that should have given a result, in words."""
    code = os.waitstatus_to_exitcode(status)
    if code >= 0:
        return f"the process ended without a result (exit code {code})"
    if -code == getattr(signal, "SIGXCPU", 0):
        return "the process used more processor time than it may"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"the process ended without a result (killed by {name})"
