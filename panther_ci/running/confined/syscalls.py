"""The system calls that confined processes may make, and why; all others fail with EPERM.

Numbers are those of Linux's `unistd.h` for x86-64 and, from the table that newer machines share, aarch64.
A call that aarch64 never had is `None` there.
"""

import fcntl
import os
from typing import NamedTuple

# AUDIT_ARCH_* of <linux/audit.h>: how the kernel names the ABI a call came through.
AUDIT_ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

NUMBERS: dict[str, tuple[int, int | None]] = {
    # name: (x86-64, aarch64)
    "access": (21, None),
    "brk": (12, 214),
    "clock_getres": (229, 114),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "clone": (56, 220),
    "close": (3, 57),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "fcntl": (72, 25),
    "fstat": (5, 80),
    "futex": (202, 98),
    "getcwd": (79, 17),
    "getdents64": (217, 61),
    "getegid": (108, 177),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "getrandom": (318, 278),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "gettid": (186, 178),
    "gettimeofday": (96, 169),
    "getuid": (102, 174),
    "ioctl": (16, 29),
    "kill": (62, 129),
    "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446),
    "lseek": (8, 62),
    "lstat": (6, None),
    "madvise": (28, 233),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "nanosleep": (35, 101),
    "newfstatat": (262, 79),
    "openat": (257, 56),
    "poll": (7, None),
    "ppoll": (271, 73),
    "prctl": (157, 167),
    "pread64": (17, 67),
    "prlimit64": (302, 261),
    "pselect6": (270, 72),
    "read": (0, 63),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "readv": (19, 65),
    "recvmsg": (47, 212),
    "restart_syscall": (219, 128),
    "rseq": (334, 293),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "select": (23, None),
    "set_robust_list": (273, 99),
    "setsid": (112, 157),
    "sigaltstack": (131, 132),
    "stat": (4, None),
    "statx": (332, 291),
    "sysinfo": (99, 179),
    "time": (201, None),
    "times": (100, 153),
    "uname": (63, 160),
    "wait4": (61, 260),
    "write": (1, 64),
    "writev": (20, 66),
}


class OneOf(NamedTuple):
    """An argument has one of these values; `wide` compares all 64 bits, for what isn't an int."""

    argument: int
    values: tuple[int, ...]
    wide: bool = False


class OnlyBits(NamedTuple):
    """An argument, an int, has no other bits than these."""

    argument: int
    bits: int


Rule = tuple[OneOf | OnlyBits, ...]

# Reading and looking at files; Landlock restricts which ones, but not `stat` and similar calls.
LOOKING = ["access", "faccessat", "faccessat2", "fstat", "getcwd", "getdents64", "lseek", "lstat"]
LOOKING += ["newfstatat", "pread64", "read", "readlink", "readlinkat", "readv", "stat", "statx"]

# To write into the pipe of results, and to give back what is open.
WRITING = ["write", "writev", "close"]

# The interpreter's memory, and the locks it takes even with a single thread.
MEMORY = ["brk", "futex", "madvise", "mmap", "mprotect", "mremap", "munmap"]

# Clocks, and waiting.
TIME = ["clock_getres", "clock_gettime", "clock_nanosleep", "gettimeofday", "nanosleep", "time", "times"]
TIME += ["poll", "ppoll", "pselect6", "sched_yield", "select"]

# Facts about the process and the machine that reveal nothing and change nothing.
FACTS = ["getegid", "geteuid", "getgid", "getpid", "getppid", "getrlimit", "getrusage", "gettid", "getuid"]
FACTS += ["getrandom", "sched_getaffinity", "sysinfo", "uname"]

# Signal handlers: Python sets them, and a fault in C returns through them.
SIGNALS = ["restart_syscall", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack"]

LEAVING = ["exit", "exit_group"]

# <asm-generic/ioctls.h>: is this a terminal (asked at every open), keep over exec or don't, how much waits.
_TCGETS, _FIONREAD, _FIONCLEX, _FIOCLEX = 0x5401, 0x541B, 0x5450, 0x5451

# Nothing that writes, creates or cuts: Landlock before Linux 6.2 does not restrict O_TRUNC.
_OPEN_FOR_READING = os.O_RDONLY | getattr(os, "O_LARGEFILE", 0) | os.O_CLOEXEC | os.O_NOFOLLOW
_OPEN_FOR_READING |= os.O_DIRECTORY | os.O_NONBLOCK | os.O_NOCTTY

OPEN_TO_READ: dict[str, Rule] = {"openat": (OnlyBits(2, _OPEN_FOR_READING),)}

ASKING: dict[str, Rule] = {
    # Not F_SETOWN and F_SETSIG, which together are a kill(), nor F_SETLK, F_SETPIPE_SZ, F_NOTIFY, F_DUPFD.
    "fcntl": (OneOf(1, (fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL)),),
    "ioctl": (OneOf(1, (_TCGETS, _FIONREAD, _FIONCLEX, _FIOCLEX)),),
    # Only to ask for one's own limits: a pid of 0 and no new value.
    "prlimit64": (OneOf(0, (0,)), OneOf(2, (0,), wide=True)),
}

# <linux/sched.h>: what fork() of the C library (glibc, musl) asks for; neither threads nor namespaces.
_SIGCHLD, _CHILD_CLEARTID, _CHILD_SETTID = 17, 0x00200000, 0x01000000
_FORK = OneOf(0, (_CHILD_SETTID | _CHILD_CLEARTID | _SIGCHLD, _SIGCHLD), wide=True)
# <linux/prctl.h>: what a fresh child does to itself.
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 4, 22, 38

# What the zygote does, and a child until it has put on its own layers: take descriptors from the host, fork,
# reap, and confine further.
FORKING: dict[str, Rule] = {
    "clone": (_FORK,),
    "kill": (),
    "landlock_create_ruleset": (),
    "landlock_restrict_self": (),
    "prctl": (OneOf(0, (PR_SET_PDEATHSIG, PR_SET_SECCOMP)),),
    "prlimit64": (OneOf(0, (0,)),),
    "recvmsg": (),
    "rseq": (),
    "set_robust_list": (),
    "setsid": (),
    "wait4": (),
}

_ALWAYS = [*LOOKING, *WRITING, *MEMORY, *TIME, *FACTS, *SIGNALS, *LEAVING]

# A body where Landlock decides which files may be opened.
BODY: dict[str, Rule] = {**dict.fromkeys(_ALWAYS, ()), **OPEN_TO_READ, **ASKING}
# A body where nothing else would: it opens none.
BODY_WITHOUT_FILES: dict[str, Rule] = {name: rule for name, rule in BODY.items() if name not in OPEN_TO_READ}
ZYGOTE: dict[str, Rule] = {**BODY, **FORKING}


def number_of(name: str, machine: str) -> int | None:
    """The number of a call on a machine; None if it has no such call."""
    return NUMBERS[name][0 if machine == "x86_64" else 1]


def this_machine() -> str | None:
    """The machine as the tables know it; None if they don't."""
    machine = os.uname().machine
    return machine if machine in AUDIT_ARCHES else None
