"""What bodies see of their event does not depend on what else ran, so that one runner does for a module."""

from tests.jobs import processes
from tests.jobs import run_together as run

__all__ = ["processes", "run"]
