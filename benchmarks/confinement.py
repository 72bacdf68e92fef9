"""What the confinement costs: 200 trivial detections, each in its process, confined or with limits only.

`python -m benchmarks.confinement [ROUNDS]` prints the milliseconds a detection takes and the difference.
"""

import statistics
import sys
import time

from panther_ci.kinds import AnalysisType
from panther_ci.model import Case, Job, Location, Source, Spec
from panther_ci.running.settings import LAYERS
from tests.runs import WeakenedSettings, run_jobs

DETECTIONS = 200
BODY = b"def rule(event):\n    return event['a'] == 1\ndef title(event):\n    return 'x'\n"


def jobs() -> list[Job]:
    """Detections of as many groups of trust, so that each is forked and confined for itself."""
    made = []
    for number in range(DETECTIONS):
        name = f"rule_{number}"
        place = Location(f"{name}.yml")
        case = Case("alerts", True, {"a": 1}, place)
        spec = Spec(f"{name}.yml", AnalysisType.RULE, name, place, cases=(case,), body=f"{name}.py")
        made.append(Job(spec, Source(name, f"{name}.py", BODY), group=frozenset([name])))
    return made


def measure(without: frozenset[str]) -> float:
    """Milliseconds a detection, the start of the zygote included."""
    work = jobs()
    begun = time.perf_counter()
    passed = sum(
        case.outcome == "passed"
        for job in run_jobs(work, WeakenedSettings(without=without))
        for case in job.cases
    )
    seconds = time.perf_counter() - begun
    assert passed == DETECTIONS
    return seconds * 1000 / DETECTIONS


def main(rounds: int) -> None:
    """Pairs of runs one after the other, since the speed of a machine drifts."""
    pairs = [(measure(frozenset()), measure(LAYERS - {"limits"})) for _ in range(rounds)]
    confined, limited = (statistics.median(side) for side in zip(*pairs, strict=True))
    difference = statistics.median(mine - other for mine, other in pairs)
    print(f"confined {confined:.2f} ms, limits only {limited:.2f} ms, paired difference {difference:.2f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
