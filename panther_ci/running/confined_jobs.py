"""Runs jobs confined, and remembers how strict the confinement was."""

from collections.abc import Callable, Iterator, Sequence

from panther_ci.model import Job, JobResult
from panther_ci.running.runner import Runner
from panther_ci.running.settings import RunSettings


class ConfinedJobs:
    """The jobs of one run; `tier` and `warnings` tell of the confinement once they ran."""

    def __init__(self, settings: RunSettings, show_progress: Callable[[int, int], None]) -> None:
        self._settings = settings
        self._show_progress = show_progress
        self.tier = ""
        self.warnings: tuple[str, ...] = ()

    def run(self, jobs: Sequence[Job]) -> Iterator[JobResult]:
        """A result for each job; without jobs, no process is started."""
        if not jobs:
            return
        with Runner(self._settings) as runner:
            for done, result in enumerate(runner.run(jobs), 1):
                self._show_progress(done, len(jobs))
                yield result
            self.tier, self.warnings = runner.tier, runner.warnings
