"""Which layers confine a process that runs bodies, and in what order they are put on.

| layer    | on the zygote, inherited          | added on each child                                     |
|----------|-----------------------------------|---------------------------------------------------------|
| identity | an unused user id, no capability  |                                                         |
| landlock | reads libraries, touches nothing else | a separate domain: siblings are out of reach        |
| seccomp  | what an interpreter that forks needs | no fork, kill, prctl; no open where Landlock is missing |
| limits   |                                   | memory, processor, files, processes; own session        |

Always: no new privileges, no core dumps, not traceable, and death when the zygote dies.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Iterable, Sequence

from panther_ci.running.confined import identity, landlock, limits, seccomp, syscalls

# Where C libraries of extension modules are found, and time zones.
SYSTEM_LIBRARIES = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/usr/share/zoneinfo",
    "/dev/null",
)


class Confinement:
    """The layers in force, and what is left to do for each child."""

    def __init__(self) -> None:
        self.layers: set[str] = set()
        self.notes: list[str] = []
        self._libc: ctypes.CDLL | None = None
        self._body_filter: seccomp.Filter | None = None
        self._zygote = os.getpid()

    def confine_zygote(self, layers: Iterable[str], readable: Sequence[str]) -> None:
        """Confines this process by the wanted layers; one that this machine does not support is noted."""
        wanted = set(layers)
        self.layers |= wanted & {"limits"}
        if sys.platform != "linux":
            return
        self._libc = libc = ctypes.CDLL(None, use_errno=True)
        _prctl(libc, syscalls.PR_SET_NO_NEW_PRIVS, 1)
        if "identity" in wanted:
            self._drop(libc, readable)
        _prctl(libc, syscalls.PR_SET_DUMPABLE, 0)
        if "landlock" in wanted and landlock.version(libc) > 0:
            landlock.confine_to(libc, (*readable, *SYSTEM_LIBRARIES))
            self.layers.add("landlock")
        machine = syscalls.this_machine()
        if "seccomp" in wanted and machine is not None:
            self._filter(libc, machine)

    def confine_child(self, bounds: dict[str, int]) -> None:
        """Adds the confinement that each child needs itself; it inherits the rest from the zygote."""
        os.setsid()
        if "limits" in self.layers:
            limits.apply(bounds)
        if self._libc is None:
            return
        _prctl(self._libc, syscalls.PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != self._zygote:
            os._exit(1)  # it died before that was in force
        if "landlock" in self.layers:
            landlock.separate(self._libc)
        if self._body_filter is not None:
            self._body_filter.install(self._libc)

    def _drop(self, libc: ctypes.CDLL, readable: Sequence[str]) -> None:
        note = identity.drop(libc, readable)
        self.layers.add("identity")
        if note:
            self.notes.append(note)

    def _filter(self, libc: ctypes.CDLL, machine: str) -> None:
        allowed = syscalls.BODY if "landlock" in self.layers else syscalls.BODY_WITHOUT_FILES
        body_filter = seccomp.Filter(seccomp.assemble(allowed, machine))
        try:
            seccomp.Filter(seccomp.assemble(syscalls.ZYGOTE, machine)).install(libc)
        except OSError as error:
            self.notes.append(f"this kernel takes no filter of system calls: {error}")
            return
        self._body_filter = body_filter
        self.layers.add("seccomp")


def _prctl(libc: ctypes.CDLL, option: int, value: int) -> None:
    arguments = (ctypes.c_ulong(value), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    if libc.prctl(option, *arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, "prctl")
