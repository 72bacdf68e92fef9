"""The life of a process that runs bodies: a job comes in, its observations go out, until the pipe ends."""

import os
from typing import Any, NoReturn

from panther_ci.running import protocol
from panther_ci.running.confined.engine.alarm import Alarm
from panther_ci.running.confined.engine.evaluators import EVALUATORS
from panther_ci.running.confined.engine.guard import Guard
from panther_ci.running.confined.engine.modules import Compiled, RepositoryModules, Text
from panther_ci.running.confined.engine.output import Captured


class Worker:
    """What lasts from job to job."""

    def __init__(self, results: int, compiled: Compiled, guard: Guard) -> None:
        self._results = results
        self._compiled = compiled
        self._guard = guard
        self._output = Captured()
        self._alarm = Alarm(results)
        self._sources: dict[int, Text] = {}

    def work(self, jobs: int) -> None:
        """Runs the jobs that arrive on a descriptor until it ends."""
        while (job := protocol.receive(jobs)) is not None:
            for key, path, text in job["sources"]:
                self._sources[key] = Text(path, text.encode("latin-1"))
            self._run(job)

    def _run(self, job: dict[str, Any]) -> None:
        self._output.install()
        detection = EVALUATORS[job["evaluator"]](job, self._sources, self._compiled)
        with self._alarm.watching(detection):
            problem = detection.load()
        self._say(job, {"loaded": problem, "output": self._output.take()})
        if problem is None:
            for case in job["cases"]:
                with self._alarm.watching(detection):
                    seen = detection.run(case, self._output)
                self._say(job, {"case": case["case"], **seen})
        self._say(job, {"done": True, "leak": self._clear(job, detection.modules)})

    def _clear(self, job: dict[str, Any], modules: RepositoryModules) -> str:
        """Forgets the modules of a job; returns what it left changed for the next one, if there is a next."""
        shadows = modules.shadows
        modules.close()
        if job["last"]:
            return ""
        return "a module was replaced" if shadows else self._guard.leak(modules.changes_attributes)

    def _say(self, job: dict[str, Any], message: dict[str, Any]) -> None:
        protocol.send(self._results, {"job": job["job"], **message})


def end(status: int) -> NoReturn:
    """Leaves at once: nothing that a body left behind runs any more."""
    os._exit(status)
