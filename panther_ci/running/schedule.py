"""Decides which job runs next, and which jobs may share a process: never those of two groups of trust."""

from collections import Counter, deque
from collections.abc import Iterable
from typing import NamedTuple

from panther_ci.judging.observations import Observed
from panther_ci.model import Job
from panther_ci.running.processes import ZygoteKind


class ProcessGroup(NamedTuple):
    """Tasks of one process group may follow each other in one process.

    `zygote` says whether they need packages, `traced` whether they record the fields they read, and `alone`
    is the path of a spec that shares its process with no other.
    """

    group: frozenset[str]
    zygote: ZygoteKind
    traced: bool
    alone: str


class Task(NamedTuple):
    """A job to run; with `traced`, only these cases of it, to explain what was `observed` before."""

    job: Job
    zygote: ZygoteKind = ZygoteKind.BARE
    retried: bool = False
    traced: tuple[int, ...] = ()
    observed: Observed | None = None

    @property
    def process_group(self) -> ProcessGroup:
        """The tasks it may share a process with."""
        alone = self.job.spec.path if self.retried else ""
        return ProcessGroup(self.job.group, self.zygote, bool(self.traced), alone)

    def again(self) -> "Task":
        """The same task, to be run alone in a process."""
        return self._replace(retried=True)


class Schedule:
    """The waiting tasks and the number of processes at work, by process group."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._waiting: dict[ProcessGroup, deque[Task]] = {}
        self._workers_of: Counter[ProcessGroup] = Counter()
        for task in tasks:
            self.add(task)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, task: Task) -> None:
        """Puts a task at the end of its process group's queue."""
        self._waiting.setdefault(task.process_group, deque()).append(task)

    def open(self) -> ProcessGroup | None:
        """The group that a new process should work for: the one with the fewest; None if none waits."""
        return min(self._waiting, key=self._workers_of.__getitem__, default=None)

    def count_waiting(self, process_group: ProcessGroup) -> int:
        """How many tasks of this process group wait."""
        return len(self._waiting.get(process_group, ()))

    def count_started(self, process_group: ProcessGroup) -> None:
        """Counts a process that starts to work for this process group."""
        self._workers_of[process_group] += 1

    def count_stopped(self, process_group: ProcessGroup) -> None:
        """Counts a process that no longer works for this process group."""
        self._workers_of[process_group] -= 1

    def take(self, process_group: ProcessGroup) -> Task | None:
        """The next task of a process group."""
        waiting = self._waiting.get(process_group)
        if not waiting:
            return None
        task = waiting.popleft()
        if not waiting:
            del self._waiting[process_group]
        return task
