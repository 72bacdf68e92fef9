"""Runs jobs confined, and remembers how strict the confinement was."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from itertools import chain
from types import TracebackType

from panther_ci.errors import RunnerError
from panther_ci.model import Job, JobResult
from panther_ci.running.meter import Meter
from panther_ci.running.processes import ZygoteHandle
from panther_ci.running.runner import Runner
from panther_ci.running.settings import RunSettings
from panther_ci.running.zygotes import spawn


class ConfinedJobs:
    """The jobs of one run, and the processes that run them; a context manager that ends them all.

    `settings` say how they run; `tier` and `warnings` describe the confinement after that, and where it is
    `metered`, `spent` the time that its processes took.
    """

    def __init__(
        self,
        show_progress: Callable[[int, int], None],
        settings: RunSettings | None = None,
        metered: bool = False,
    ) -> None:
        self.settings = settings or RunSettings()
        self._show_progress = show_progress
        self._meter = Meter(metered)
        self._stack = ExitStack()
        self._first: ZygoteHandle | None = None
        self._runner: Runner | None = None
        self._begun: Sequence[Job] = ()
        self._early: list[JobResult] = []
        self.tier = ""
        self.warnings: tuple[str, ...] = ()
        self.spent: Mapping[tuple[str, str], float] = {}

    def __enter__(self) -> "ConfinedJobs":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def start(self) -> None:
        """Starts the first process now, so that its interpreter is there when jobs are.

        Where it can't be started, the first job that needs it will say why.
        """
        with suppress(RunnerError):
            self._first = spawn(self._meter)
            self._stack.callback(self._first.close)

    def begin(self, jobs: Sequence[Job]) -> None:
        """Begins with jobs; `run` is to be called with the same ones, and with no others before."""
        if jobs:
            self._enter().begin(jobs)
            self._begun = jobs

    def work(self) -> None:
        """Does what can be done for them without waiting, while the caller does something else."""
        if self._runner:
            self._early += self._runner.work()

    def run(self, jobs: Sequence[Job]) -> Iterator[JobResult]:
        """A result for each job; without jobs, no process is started. More may follow when all have come."""
        if not jobs:
            return
        runner = self._enter()
        if self._begun is not jobs:
            runner.begin(jobs)
        early, self._early, self._begun = self._early, [], ()
        for done, result in enumerate(chain(early, runner.finish()), 1):
            self._show_progress(done, len(jobs))
            yield result
        self.tier, self.warnings = runner.tier, runner.warnings
        self.spent = self._meter.seconds

    def _enter(self) -> Runner:
        if self._runner is None:
            self._runner = self._stack.enter_context(Runner(self.settings, self._meter, self._first))
        return self._runner
