"""Confines itself, then becomes the program that builds a package from its source.

The host starts it as a file in a fresh interpreter with an environment of its own. Unlike a body, a build may
run programs and write below one folder. It reads this Python and the programs of the system, and reaches no
network, no socket of this machine and no other process.
"""

import ctypes
import json
import os
import resource
import sys
from typing import Any

if __name__ == "__main__":
    # The folder of this package: only for the imports below.
    sys.path.insert(0, sys.argv[1])

from panther_ci.running.confined import identity, landlock, seccomp, syscalls

# name: (x86-64, aarch64), as in `syscalls`. A build may do all but reach others, or have the kernel do so.
REFUSED = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "io_uring_setup": (425, 425),
    "keyctl": (250, 219),
    "kill": (62, 129),
    "mount": (165, 40),
    "perf_event_open": (298, 241),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "request_key": (249, 218),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setns": (308, 268),
    "socket": (41, 198),
    "tgkill": (234, 131),
    "tkill": (200, 130),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}
MEBIBYTE = 1024 * 1024
LIMITS = {"RLIMIT_AS": 4096 * MEBIBYTE, "RLIMIT_CORE": 0, "RLIMIT_CPU": 600, "RLIMIT_FSIZE": 256 * MEBIBYTE}


def confine(readable: list[str], writable: list[str]) -> None:
    """Confines this process for good; raises OSError where this machine has not all that it takes."""
    machine = syscalls.this_machine()
    if sys.platform != "linux" or machine is None:
        raise OSError("it takes Linux on x86-64 or aarch64")
    libc = ctypes.CDLL(None, use_errno=True)
    if landlock.version(libc) == 0:
        raise OSError("this kernel has no Landlock")
    if libc.prctl(syscalls.PR_SET_NO_NEW_PRIVS, *map(ctypes.c_ulong, (1, 0, 0, 0))) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    identity.drop(libc, readable)
    landlock.confine_to(libc, readable, writable)
    seccomp.Filter(seccomp.assemble_refusals(numbers(machine), machine)).install(libc)
    for name, value in LIMITS.items():
        resource.setrlimit(getattr(resource, name), (value, value))


def numbers(machine: str) -> list[int]:
    """The numbers of the refused calls on a machine."""
    return [pair[0 if machine == "x86_64" else 1] for pair in REFUSED.values()]


def main(orders: dict[str, Any]) -> None:
    """Becomes the command of the orders; says `unconfined: <why>` on stderr if it can't be confined."""
    if orders["confined"]:
        try:
            confine(orders["readable"], orders["writable"])
        except OSError as error:
            sys.exit(f"unconfined: {error}")
    os.execv(orders["command"][0], orders["command"])  # noqa: S606 - that is what it is for


if __name__ == "__main__":
    main(json.loads(sys.argv[2]))
