"""Runs one command and prints what it and all processes below it cost, as JSON on the last line.

A process of its own, and a small one: the kernel counts the memory of whoever starts a program as that
program's peak until it is replaced. Only the standard library, and of that little. With `--tree` first, it
also looks now and then how much memory all processes have together.
"""

import ctypes
import json
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
# A look at large processes takes a while, and holds them up: at most so much of the time.
SECONDS_BETWEEN_LOOKS = 0.1
SHARE_OF_LOOKS = 0.02


def main(command: list[str], looks: bool) -> None:
    """Run, reap the command and every orphan it leaves, and print CPU and wall seconds and MiB."""
    # Orphans would otherwise be reaped elsewhere, and their time lost; see prctl(2).
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        silent = os.open(os.devnull, os.O_RDWR)
        for descriptor in range(3):
            os.dup2(silent, descriptor)
        os.execvp(command[0], command)
    # The child of before has it not blocked; from now on, its end is waited for.
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    code, wall, cpu, peak, tree = -1, 0.0, 0.0, 0, 0
    while True:
        try:
            process, status, usage = os.wait4(-1, os.WNOHANG if looks else 0)
        except ChildProcessError:
            break
        if process == 0:
            began = time.monotonic()
            tree = max(tree, weigh_below(os.getpid()))
            pause = max(SECONDS_BETWEEN_LOOKS, (time.monotonic() - began) / SHARE_OF_LOOKS)
            signal.sigtimedwait([signal.SIGCHLD], pause)
            continue
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss)
        if process == child:
            code, wall = os.waitstatus_to_exitcode(status), time.monotonic() - started
    print(json.dumps({"code": code, "cpu": cpu, "wall": wall, "peak": peak / 1024, "tree": tree / 1024}))


def weigh_below(process: int) -> int:
    """The KiB of all processes below one, what they share counted once: their PSS, see proc(5)."""
    try:
        children = [int(word) for word in read(f"/proc/{process}/task/{process}/children").split()]
    except OSError:
        return 0
    return sum(weigh(child) + weigh_below(child) for child in children)


def weigh(process: int) -> int:
    """The KiB of a process; 0 if it has ended, or may not be looked at."""
    try:
        lines = read(f"/proc/{process}/smaps_rollup").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def read(path: str) -> str:
    """The text of a file of the kernel."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.read(descriptor, 1 << 16).decode()
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    looks = sys.argv[1:2] == ["--tree"]
    main(sys.argv[2:] if looks else sys.argv[1:], looks)
