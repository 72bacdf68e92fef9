"""The life of a process that runs bodies: a job comes in, its observations go out, until the pipe ends."""

import os
from typing import Any, NoReturn

from panther_ci.running import protocol
from panther_ci.running.engine.detection import Detection
from panther_ci.running.engine.guard import Guard
from panther_ci.running.engine.modules import Compiled, Text
from panther_ci.running.engine.output import Captured


def work(jobs: int, results: int, compiled: Compiled, guard: Guard) -> None:
    """Runs the jobs that arrive on one descriptor and reports on the other; returns at its end."""
    sources: dict[int, Text] = {}
    output = Captured()
    while (job := protocol.receive(jobs)) is not None:
        for key, path, text in job["sources"]:
            sources[key] = Text(path, text.encode("latin-1"))
        _run(Detection(job, sources, compiled), job, output, guard, results)


def _run(detection: Detection, job: dict[str, Any], output: Captured, guard: Guard, results: int) -> None:
    number = job["job"]
    output.install()
    problem = detection.load()
    protocol.send(results, {"job": number, "loaded": problem, "output": output.take()})
    if problem is None:
        for case in job["cases"]:
            protocol.send(results, {"job": number, "case": case["case"], **detection.run(case, output)})
    shadows, changes = detection.modules.shadows, detection.modules.changes_attributes
    detection.modules.close()
    leak = "" if job["last"] else "a module was replaced" if shadows else guard.leak(changes)
    protocol.send(results, {"job": number, "done": True, "leak": leak})


def end(status: int) -> NoReturn:
    """Leaves at once: nothing that a body left behind runs any more."""
    os._exit(status)
