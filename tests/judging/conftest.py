"""The fixtures of jobs that real processes run."""

from tests.jobs import make, model, outcome, run

__all__ = ["make", "model", "outcome", "run"]
