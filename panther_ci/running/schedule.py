"""Decides which job runs next, and which jobs may share a process: never those of two groups of trust."""

from collections import Counter, OrderedDict, deque
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
        # Groups that wait and have no process, one for each detection where all of them changed. Ordered, as
        # the first key of a plain dict is found ever more slowly when keys before it were deleted.
        self._idle: OrderedDict[ProcessGroup, None] = OrderedDict()
        for task in tasks:
            self.add(task)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, task: Task) -> None:
        """Puts a task at the end of its process group's queue."""
        process_group = task.process_group
        self._waiting.setdefault(process_group, deque()).append(task)
        if process_group not in self._workers_of:
            self._idle[process_group] = None

    def open(self) -> ProcessGroup | None:
        """The group that a new process should work for: the one with the fewest; None if none waits."""
        if self._idle:
            return next(iter(self._idle))
        busy = (each for each in self._workers_of if each in self._waiting)
        return min(busy, key=self._workers_of.__getitem__, default=None)

    def count_waiting(self, process_group: ProcessGroup) -> int:
        """How many tasks of this process group wait."""
        return len(self._waiting.get(process_group, ()))

    def count_started(self, process_group: ProcessGroup) -> None:
        """Counts a process that starts to work for this process group."""
        self._workers_of[process_group] += 1
        self._idle.pop(process_group, None)

    def count_stopped(self, process_group: ProcessGroup) -> None:
        """Counts a process that no longer works for this process group."""
        self._workers_of[process_group] -= 1
        if not self._workers_of[process_group]:
            del self._workers_of[process_group]
            if process_group in self._waiting:
                self._idle[process_group] = None
                self._idle.move_to_end(process_group, last=False)

    def take(self, process_group: ProcessGroup) -> Task | None:
        """The next task of a process group."""
        waiting = self._waiting.get(process_group)
        if not waiting:
            return None
        task = waiting.popleft()
        if not waiting:
            del self._waiting[process_group]
            self._idle.pop(process_group, None)
        return task
