"""What runs the cases of a kind of spec, by the name that its row in `panther_ci.kinds` gives."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, Protocol

from panther_ci.running.confined.engine.modules import RepositoryModules
from panther_ci.running.confined.engine.output import Captured

FILTERS: Final = "filters"
# The module and the name in it. Few jobs need most of them, so a process has only those that its jobs need.
_PARTS: Final = {
    "correlation": ("correlation.detection", "CorrelationDetection"),
    "python": ("python_detection", "PythonDetection"),
    "simple": ("simple_detection", "SimpleDetection"),
    FILTERS: ("verdicts", "Gate"),
}


class Evaluator(Protocol):
    """One job in the process that runs it.

    `number` is the job's, `paths` are those of its sources, whose lines a report may show, and `modules`
    what it loaded, to be forgotten after it.
    """

    number: int
    paths: frozenset[str]
    modules: RepositoryModules

    def load(self) -> dict[str, Any] | None:
        """Prepare the job; returns why that failed, or nothing."""

    def run(self, case: Mapping[str, Any], output: Captured) -> dict[str, Any]:
        """What came of one case."""


def find_part(name: str) -> Any:
    """The class of an evaluator, or of the filters before one; imports it unless that was done before."""
    module, attribute = _PARTS[name]
    return getattr(import_module(f"{__package__}.{module}"), attribute)
