"""The fixtures of jobs that real processes run."""

from tests.jobs import make, model, one_processor, outcome, run

__all__ = ["make", "model", "one_processor", "outcome", "run"]
