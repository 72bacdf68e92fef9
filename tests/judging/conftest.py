"""The fixtures of jobs that real processes run."""

from tests.jobs import make, model, outcome, processes
from tests.jobs import run_together as run

__all__ = ["make", "model", "outcome", "processes", "run"]
