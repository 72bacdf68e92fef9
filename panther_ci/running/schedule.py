"""Which job runs next, and in the company of which others: never of another group of trust."""

from collections import Counter, deque
from collections.abc import Iterable
from typing import NamedTuple

from panther_ci.judging.observations import Observed
from panther_ci.model import Job


class Company(NamedTuple):
    """Tasks of equal company may follow each other in one process.

    The group of trust, whether packages are needed, whether it is traced, and who is to be alone.
    """

    group: frozenset[str]
    fat: bool
    traced: bool
    alone: str


class Task(NamedTuple):
    """A job to run, or some cases of it to run again: traced, with what was observed before."""

    job: Job
    fat: bool = False
    retried: bool = False
    traced: tuple[int, ...] = ()
    observed: Observed | None = None

    @property
    def company(self) -> Company:
        """Where it may run."""
        alone = self.job.spec.path if self.retried else ""
        return Company(self.job.group, self.fat, bool(self.traced), alone)

    def again(self) -> "Task":
        """The same, to run in a process of its own."""
        return self._replace(retried=True)


class Schedule:
    """The tasks that wait, by company, and how many processes work for each company."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._waiting: dict[Company, deque[Task]] = {}
        self._staff: Counter[Company] = Counter()
        for task in tasks:
            self.add(task)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, task: Task) -> None:
        """Puts a task at the end of its company's queue."""
        self._waiting.setdefault(task.company, deque()).append(task)

    def open(self) -> Company | None:
        """The company that a new process should work for: the one with the fewest, nothing if none waits."""
        return min(self._waiting, key=lambda company: self._staff[company], default=None)

    def waits(self, company: Company) -> bool:
        """Whether a task of this company waits."""
        return company in self._waiting

    def hire(self, company: Company) -> None:
        """Counts a process that works for this company now."""
        self._staff[company] += 1

    def dismiss(self, company: Company) -> None:
        """Counts a process that doesn't any more."""
        self._staff[company] -= 1
        if not self._staff[company]:
            del self._staff[company]

    def take(self, company: Company) -> Task | None:
        """The next task of a company."""
        waiting = self._waiting.get(company)
        if not waiting:
            return None
        task = waiting.popleft()
        if not waiting:
            del self._waiting[company]
        return task
