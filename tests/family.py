"""Waits for what processes do rather than for a time, and finds the processes below one."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeVar

# What takes longer never happens; a busy machine may need some of it.
LONGEST_SECONDS = 60.0
Answer = TypeVar("Answer")


class Process(NamedTuple):
    """A process that runs, as ps tells of it."""

    pid: int
    parent: int
    processor_time: str


def wait_for(ask: Callable[[], Answer]) -> Answer:
    """The first answer that is true, or the last one where none ever is."""
    deadline = time.monotonic() + LONGEST_SECONDS
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def running() -> list[Process]:
    """All processes that have not ended."""
    with subprocess.Popen(
        ["ps", "-A", "-o", "pid=,ppid=,stat=,time="], stdout=subprocess.PIPE, text=True
    ) as ps:
        lines = ps.communicate()[0].splitlines()
    found = (line.split() for line in lines)
    listed = [Process(int(pid), int(parent), took) for pid, parent, state, took in found if state[0] != "Z"]
    return [each for each in listed if each.pid != ps.pid]


def runs(pid: int) -> bool:
    """Whether a process has not ended."""
    return any(each.pid == pid for each in running())


def children_of(pid: int) -> list[int]:
    """The processes that one started."""
    return [each.pid for each in running() if each.parent == pid]


def grandchildren_of(pid: int) -> list[Process]:
    """The processes that the children of one started, so those that run bodies."""
    found = running()
    children = {each.pid for each in found if each.parent == pid}
    return [each for each in found if each.parent in children]


def family_of(pid: int) -> list[int]:
    """Its children and theirs."""
    return [*children_of(pid), *(each.pid for each in grandchildren_of(pid))]


def wait_for_loop(pid: int) -> bool:
    """Waits until a body that loops is under way: a grandchild that worked for a second."""
    return wait_for(lambda: any(each.processor_time.strip("0:.") for each in grandchildren_of(pid)))


def descriptors() -> int:
    """How many files this process has open."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
