"""Another system as far as Python shows it: its name, and none of what Python has on Linux only.

Run as a program, it is the interpreter of that system: `python platforms.py SYSTEM FLAGS FILE ARGUMENTS`.
"""

import os
import runpy
import sys
import sysconfig
from pathlib import Path

# What the documentation of the standard library has for Linux but not for macOS, by modules.
LINUX_ONLY = {
    "errno": ("ENOTUNIQ", "EREMCHG"),
    "fcntl": ("F_ADD_SEALS", "F_GET_SEALS", "F_SETPIPE_SZ", "F_GETPIPE_SZ", "F_NOTIFY"),
    "os": (
        *("O_PATH", "O_TMPFILE", "O_LARGEFILE", "O_DIRECT", "O_NOATIME", "memfd_create", "pidfd_open"),
        *("sched_getaffinity", "sched_setaffinity", "getrandom", "pipe2", "splice", "eventfd", "getxattr"),
        *("setxattr", "listxattr", "removexattr", "getresuid", "setresuid", "getresgid", "setresgid"),
        *("posix_fallocate", "posix_fadvise", "copy_file_range", "sched_setscheduler", "EFD_CLOEXEC"),
    ),
    "resource": ("prlimit", "RLIMIT_MSGQUEUE", "RLIMIT_NICE", "RLIMIT_RTPRIO", "RLIMIT_SIGPENDING"),
    "select": ("epoll", "EPOLLIN", "EPOLLOUT"),
    "signal": ("SIGPWR", "SIGSTKFLT", "SIGPOLL", "SIGRTMIN", "SIGRTMAX", "sigwaitinfo", "sigtimedwait"),
    "socket": ("MSG_CMSG_CLOEXEC", "MSG_NOSIGNAL", "SO_PEERCRED", "AF_NETLINK", "AF_PACKET", "SOCK_CLOEXEC"),
    "time": ("CLOCK_BOOTTIME", "clock_settime"),
}
# What Windows has no module for.
POSIX_ONLY = ("fcntl", "grp", "posix_spawn", "pwd", "pty", "resource", "syslog", "termios", "tty")


def become(system: str) -> None:
    """Makes this process one of `darwin` or `win32`, as far as Python code can see."""
    for name, attributes in LINUX_ONLY.items():
        module = __import__(name)
        for attribute in attributes:
            module.__dict__.pop(attribute, None)
    # What this interpreter was built with is in a file that bears the name of the system.
    os.environ["_PYTHON_SYSCONFIGDATA_NAME"] = sysconfig._get_sysconfigdata_name()
    if system == "win32":
        sys.modules.update(dict.fromkeys(POSIX_ONLY))
    sys.platform = system


def prepare(folder: Path, system: str) -> dict[str, str]:
    """The variables with which an interpreter, and those that it starts, are on another system."""
    here = Path(__file__).parent
    program = folder / "python"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{__file__}" {system} "$@"\n')
    program.chmod(0o755)
    (folder / "sitecustomize.py").write_text(
        f"import sys\nsys.path.insert(0, {str(here)!r})\nimport platforms\nsys.path.pop(0)\n"
        f"platforms.become({system!r})\nsys.executable = {str(program)!r}\n"
    )
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)}


def main(system: str, arguments: list[str]) -> None:
    """Runs a file as `python FLAGS FILE ARGUMENTS` would on another system."""
    while arguments[0].startswith("-"):
        arguments.pop(0)
    become(system)
    sys.argv[:] = arguments
    runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
