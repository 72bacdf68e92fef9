"""One case of a detection in a process that has the terminal and that nothing confines, for who debugs it.

Started by the host as a file in a fresh interpreter, as the process is that confined ones are forked from.
"""

import sys
from bdb import BdbQuit
from collections.abc import Mapping
from signal import SIGINT, default_int_handler, signal
from typing import Any, Final

if __name__ == "__main__":
    # The folder of this package: only for the imports below.
    sys.path.insert(0, sys.argv[3])

from panther_ci.running import protocol
from panther_ci.running.confined.engine import presets
from panther_ci.running.confined.engine.evaluators import Evaluator, find_part
from panther_ci.running.confined.engine.facade import offer_panther_core
from panther_ci.running.confined.engine.modules import Compiled, Text
from panther_ci.running.confined.engine.output import Captured
from panther_ci.running.confined.engine.python_detection import PythonDetection

# The status of a process whose user left the debugger.
QUIT_STATUS: Final = 86


class Passing(Captured):
    """Leaves standard output and error as they are, so that what a body prints is seen at once."""

    def install(self) -> None:
        """Nothing to put in their place."""

    def take(self) -> str:
        """Nothing was kept."""
        return ""


class DebuggedDetection(PythonDetection):
    """A detection that tells at once what it raises, with the whole traceback."""

    def describe_error(self, error: BaseException) -> dict[str, Any]:
        """What the code of the repository raised; ends the process if the user left the debugger."""
        if isinstance(error, BdbQuit):
            sys.exit(QUIT_STATUS)
        import traceback

        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename not in self.paths:
            trace = trace.tb_next
        traceback.print_exception(error.with_traceback(trace or error.__traceback__))
        return super().describe_error(error)


def debug(job: Mapping[str, Any], results: int) -> None:
    """Runs the one case of a job, and says what came of it as a confined process does."""

    def say(message: Mapping[str, Any]) -> None:
        protocol.send(results, {"job": job["job"], **message})

    output = Passing()
    sources = {key: Text(path, text.encode("latin-1")) for key, path, text in job["sources"]}
    evaluator = DebuggedDetection if job["evaluator"] == "python" else find_part(job["evaluator"])
    detection: Evaluator = evaluator(job, sources, Compiled())
    problem = detection.load()
    say({"loaded": problem})
    if problem is None:
        for case in job["cases"]:
            say({"case": case["case"], **detection.run(case, output)})
    say({"done": True})


def main(jobs: int, results: int, paths: list[str]) -> None:
    """Takes one job from a descriptor and runs it."""
    sys.path[:] = [*sys.path[1:], *paths]
    sys.dont_write_bytecode = True
    signal(SIGINT, default_int_handler)  # the host ignores it, so that a debugger may use it
    presets.preset()
    offer_panther_core()
    debug(protocol.receive(jobs), results)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[4:])
