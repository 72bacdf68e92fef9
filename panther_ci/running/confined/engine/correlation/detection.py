"""A correlation rule as it runs: its declaration, and the matches that each case gives to it."""

import json
import time
from collections.abc import Mapping
from typing import Any

from panther_ci.deployment_rules.correlation import read_correlation
from panther_ci.running.confined.engine.correlation.group import find_group
from panther_ci.running.confined.engine.correlation.sequence import find_sequence
from panther_ci.running.confined.engine.correlation.steps import describe_steps
from panther_ci.running.confined.engine.correlation.timelines import Timelines
from panther_ci.running.confined.engine.modules import Compiled, RepositoryModules, Text
from panther_ci.running.confined.engine.observation import returned
from panther_ci.running.confined.engine.output import Captured


class CorrelationDetection:
    """A job in the process that runs it; none of the repository's code is loaded."""

    def __init__(self, job: Mapping[str, Any], sources: Mapping[int, Text], compiled: Compiled) -> None:
        self.number: int = job["job"]
        self.paths: frozenset[str] = frozenset()
        self.modules = RepositoryModules({}, compiled)
        self._traced: bool = job["trace"]
        self._rule = read_correlation(json.loads(sources[job["body"]].text)["Detection"])

    def load(self) -> dict[str, Any] | None:
        """Nothing is to be prepared."""
        assert self._rule is not None  # the host sends none without the form of one
        return None

    def run(self, case: Mapping[str, Any], output: Captured) -> dict[str, Any]:
        """Whether the matches of one case make an alert, and in a traced run why."""
        assert self._rule is not None
        begun = time.perf_counter()
        timelines = Timelines(self._rule, case["event"])
        find = find_sequence if self._rule.ordered else find_group
        found = find(self._rule, timelines, self._traced)
        steps = describe_steps(self._rule, timelines, found) if self._traced else []
        return {
            "matcher": returned(found.alerts),
            "functions": {},
            "steps": steps,
            "decided": next((number for number, step in enumerate(steps) if step[2] is False), None),
            "seconds": time.perf_counter() - begun,
            "output": output.take(),
            "reads": [],
        }
