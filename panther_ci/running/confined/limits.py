"""Bounds on what one process that runs bodies may use."""

import resource

MEBIBYTE = 1024 * 1024
# Room for the largest packages beside a body; a bomb fills it before the deadline, and as many as there are
# processors don't bring a machine down.
MEMORY = 768 * MEBIBYTE
STACK = 8 * MEBIBYTE
OPEN_FILES = 64


def bounds(seconds: int) -> dict[str, int]:
    """Resource names with their limits, for a process that may use so many seconds of processor."""
    return {
        "RLIMIT_AS": MEMORY,
        "RLIMIT_CORE": 0,
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_NPROC": 0,
        "RLIMIT_STACK": STACK,
    }


def apply(wanted: dict[str, int]) -> None:
    """Lowers the limits of this process for good; a limit that is lower already is kept."""
    for name, value in wanted.items():
        number = getattr(resource, name, None)
        if number is None:
            continue
        _, hard = resource.getrlimit(number)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(number, (value, value))
        except (ValueError, OSError):
            # macOS refuses an address space below what is mapped already.
            continue
