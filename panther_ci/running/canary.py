"""Tries, from inside the confinement, what a body must not be able to do.

A deed counts as held only if it was refused for lack of permission: any other answer, such as that a file
doesn't exist, means that nothing stood in its way.
"""

import _socket
import os
from collections.abc import Callable

_NOWHERE = "/nowhere/panther-ci-canary"


def sing(host: int) -> list[str]:
    """What succeeded, in the order of the list, which must be nothing."""
    deeds: dict[str, Callable[[], object]] = {
        "read the environment of the host": lambda: _open(f"/proc/{host}/environ", os.O_RDONLY),
        "read a folder that it needn't": lambda: _open("/etc", os.O_RDONLY),
        "open a file for writing": lambda: _open("/dev/null", os.O_WRONLY),
        "change the times of a file": lambda: os.utime(_NOWHERE),
        "change the owner of a file": lambda: os.chown(_NOWHERE, 0, 0),
        "make a file": lambda: os.mkfifo(_NOWHERE),
        "signal the host": lambda: os.kill(host, 0),
        "signal its parent": lambda: os.kill(os.getppid(), 0),
        "run a program": lambda: os.execv(_NOWHERE, [_NOWHERE]),  # noqa: S606 - there is no such program
        "open a socket of the network": lambda: _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM).close(),
        "open a socket of this machine": lambda: _socket.socket(_socket.AF_UNIX).close(),
        "start a process": _fork,
    }
    return [name for name, deed in deeds.items() if not _refused(deed)]


def _refused(deed: Callable[[], object]) -> bool:
    try:
        deed()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def _open(path: str, flags: int) -> None:
    os.close(os.open(path, flags))


def _fork() -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
