"""Runs the command line in this process and samples where its processor time goes.

The last line on stderr is JSON: the seconds of the host by phase, and those of all its children.
"""

import json
import resource
import signal
import sys
from collections import Counter
from types import FrameType

# Of the time of a process, the kernel tells in ticks, so a run of less than a second gives few samples.
EVERY_SECONDS = 0.001
IMPORTS = ("importlib._bootstrap", "importlib._bootstrap_external")
# The first of these that the innermost frame of ours is in.
PHASES = (
    ("panther_ci.repository.git", "git"),
    ("panther_ci.repository.children", "git"),
    ("panther_ci.repository.records", "git"),
    ("panther_ci.repository.selection", "select"),
    ("panther_ci.repository", "read"),
    ("panther_ci.specs.search", "search"),
    ("panther_ci.specs.outline", "search"),
    ("panther_ci.specs.reading", "parse"),
    ("panther_ci.specs.bodies", "read bodies"),
    ("panther_ci.specs.sql", "read SQL"),
    ("panther_ci.specs.checks", "check"),
    ("panther_ci.specs", "build specs"),
    ("panther_ci.deployment_rules", "check"),
    ("panther_ci.running", "exchange with children"),
    ("panther_ci.judging", "judge"),
    ("panther_ci.reporters", "report"),
)


def find_phase(frame: FrameType | None) -> str:
    """What a process is doing, by the modules that its frames are in."""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name in IMPORTS or (frame.f_code.co_name == "<module>" and name != "__main__"):
            return "import"
        if name.startswith("panther_ci"):
            return next((phase for prefix, phase in PHASES if name.startswith(prefix)), "the rest")
        frame = frame.f_back
    return "start and end"


def main() -> int:
    """Run the command, print the samples, and return its exit code."""
    samples: Counter[str] = Counter()
    signal.signal(signal.SIGPROF, lambda _number, frame: samples.update((find_phase(frame),)))
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
    from panther_ci.cli import main as command_line

    try:
        code = command_line()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        spent = {
            who: usage.ru_utime + usage.ru_stime
            for who, usage in (
                ("host", resource.getrusage(resource.RUSAGE_SELF)),
                ("children", resource.getrusage(resource.RUSAGE_CHILDREN)),
            )
        }
        of_each = spent["host"] / max(1, samples.total())
        host = {phase: count * of_each for phase, count in samples.items()}
        print(json.dumps({"host": host, "children": spent["children"]}), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
