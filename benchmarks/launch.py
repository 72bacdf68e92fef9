"""Runs one command and prints what it and all processes below it cost, as JSON on the last line.

A process of its own, and a small one: the kernel counts the memory of whoever starts a program as that
program's peak until it is replaced. Only the standard library, and of that little.
"""

import ctypes
import json
import os
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def main(command: list[str]) -> None:
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
    code, wall, cpu, peak = -1, 0.0, 0.0, 0
    while True:
        try:
            process, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss)
        if process == child:
            code, wall = os.waitstatus_to_exitcode(status), time.monotonic() - started
    print(json.dumps({"code": code, "cpu": cpu, "wall": wall, "peak": peak / 1024}))


main(sys.argv[1:])
