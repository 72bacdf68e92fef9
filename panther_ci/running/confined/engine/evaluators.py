"""What runs the cases of a kind of spec, by the name that its row in `panther_ci.kinds` gives."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from panther_ci.running.confined.engine.correlation.detection import CorrelationDetection
from panther_ci.running.confined.engine.modules import Compiled, RepositoryModules, Text
from panther_ci.running.confined.engine.output import Captured
from panther_ci.running.confined.engine.python_detection import PythonDetection
from panther_ci.running.confined.engine.simple_detection import SimpleDetection


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


EVALUATORS: Final[Mapping[str, Callable[[Mapping[str, Any], Mapping[int, Text], Compiled], Evaluator]]] = {
    "correlation": CorrelationDetection,
    "python": PythonDetection,
    "simple": SimpleDetection,
}
