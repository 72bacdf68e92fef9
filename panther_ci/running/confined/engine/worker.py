"""The life of a process that runs bodies: a job comes in, its observations go out, until the pipe ends."""

import os
from typing import Any, NoReturn

from panther_ci.running import protocol
from panther_ci.running.confined.engine.alarm import Alarm
from panther_ci.running.confined.engine.evaluators import find_part
from panther_ci.running.confined.engine.guard import Guard, Look
from panther_ci.running.confined.engine.meter import Meter
from panther_ci.running.confined.engine.modules import Compiled, RepositoryModules, Text
from panther_ci.running.confined.engine.output import Captured


class Worker:
    """What lasts from job to job."""

    def __init__(self, results: int, compiled: Compiled, guard: Guard | None, meter: Meter) -> None:
        self._results = results
        self._compiled = compiled
        self._guard = guard
        self._meter = meter
        self._output = Captured()
        self._alarm = Alarm(results)
        self._sources: dict[int, Text] = {}

    def work(self, jobs: int, wary: bool) -> None:
        """Runs the jobs that arrive on a descriptor until it ends; more than one only with a guard."""
        if self._guard is not None:
            self._guard.begin(wary)
            self._meter.count("guard")
        number = 0
        while (job := protocol.receive(jobs)) is not None:
            for key, path, text in job["sources"]:
                self._sources[key] = Text(path, text.encode("latin-1"))
            self._run(job)
            number = job["job"]
        if self._guard is not None and self._guard.unseen:
            self._say(number, self._guard.look()._asdict())

    def _run(self, job: dict[str, Any]) -> None:
        number = job["job"]
        self._meter.count("receive")
        self._output.install()
        detection = find_part(job["evaluator"])(job, self._sources, self._compiled)
        with self._alarm.watching(detection):
            problem = detection.load()
        self._meter.count("load")
        self._say(number, {"loaded": problem, "output": self._output.take()})
        if problem is None:
            for case in job["cases"]:
                with self._alarm.watching(detection):
                    seen = detection.run(case, self._output)
                self._meter.count("run")
                self._say(number, {"case": case["case"], **seen})
        look = self._clear(detection.modules)
        self._meter.count("guard")
        self._say(number, {"done": True, **look._asdict(), "spent": self._meter.take()})

    def _clear(self, modules: RepositoryModules) -> Look:
        """Forgets the modules of a job, and looks at what it left for the next one if there may be one."""
        modules.close()
        if self._guard is None:
            return Look("", looked=False)
        try:
            return self._guard.glance(modules.reaches_unseen)
        except Exception:  # a body may break what we need to look, such as a builtin
            return Look("something that the guard needs was changed", looked=False)

    def _say(self, number: int, message: dict[str, Any]) -> None:
        protocol.send(self._results, {"job": number, **message})
        self._meter.count("report")


def end(status: int) -> NoReturn:
    """Leaves at once: nothing that a body left behind runs any more."""
    os._exit(status)
