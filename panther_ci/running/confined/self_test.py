"""Tries, from inside the confinement, what a body must not be able to do.

An action counts as refused only if it failed for lack of permission: any other answer, such as that a
file doesn't exist, means that nothing prevented it.
"""

import _socket
import os
from collections.abc import Callable

_NOWHERE = "/nowhere/panther-ci-self-test"


def probe(host: int) -> list[str]:
    """What succeeded, in the order of the list, which must be nothing."""
    forbidden: dict[str, Callable[[], object]] = {
        "read the environment of the host": lambda: _open(f"/proc/{host}/environ", os.O_RDONLY),
        "read a folder that it needn't": lambda: _open("/etc", os.O_RDONLY),
        "open a file for writing": lambda: _open("/dev/null", os.O_WRONLY),
        "change the times of a file": lambda: os.utime(_NOWHERE),
        "change the owner of a file": lambda: os.chown(_NOWHERE, os.getuid(), os.getgid()),
        "make a file": lambda: os.mkfifo(_NOWHERE),
        "signal the host": lambda: os.kill(host, 0),
        "signal its parent": lambda: os.kill(os.getppid(), 0),
        "run a program": lambda: os.execv(_NOWHERE, [_NOWHERE]),  # noqa: S606 - there is no such program
        "open a socket of the network": lambda: _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM).close(),
        "open a socket of this machine": lambda: _socket.socket(_socket.AF_UNIX).close(),
        "start a process": _fork,
    }
    return [name for name, action in forbidden.items() if not _refused(action)]


def _refused(action: Callable[[], object]) -> bool:
    try:
        action()
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
