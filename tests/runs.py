"""Runs jobs without the rest of a run, and with less confinement than the product ever asks for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from panther_ci.model import Job, JobResult
from panther_ci.running.runner import Runner
from panther_ci.running.settings import LAYERS, RunSettings


def run_jobs(jobs: Sequence[Job], settings: RunSettings) -> Iterator[JobResult]:
    """A result for each job, in any order; closing the iterator ends all processes."""
    with Runner(settings) as runner:
        yield from runner.run(jobs)


@dataclass(frozen=True)
class WeakenedSettings(RunSettings):
    """Settings without some layers, so that a test can show that it is this layer that stops an action."""

    without: frozenset[str] = frozenset()

    @property
    def layers(self) -> frozenset[str]:
        """The layers that are left."""
        return (frozenset({"limits"}) if self.sandbox == "off" else LAYERS) - self.without
