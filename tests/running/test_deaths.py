"""What becomes of the other detections when a process or its zygote dies, at whatever moment."""

import textwrap
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from panther_ci.model import Job, JobResult, Outcome
from panther_ci.reporters.wording import what_happened
from panther_ci.running.meter import Meter
from panther_ci.running.runner import Runner
from panther_ci.running.settings import LAYERS
from tests.family import descriptors
from tests.jobs import GOOD, SHARING, good
from tests.runs import WeakenedSettings

KILLS = "import os\ndef rule(event):\n    os.kill(os.getppid(), 9)\n    __import__('time').sleep(9)\n"
DIED = "the process that ran it died, and so did the one that tried again"
# Does something when no task follows, after all results were given.
AT_THE_END = """
import os, sys
worker = sys.modules["panther_ci.running.confined.engine.worker"]
def receive(descriptor, receive=worker.protocol.receive, write=os.write, leave=os._exit):
    job = receive(descriptor)
    if job is None:
        {deed}
    return job
worker.protocol.receive = receive
def rule(event):
    return True
"""
SCRIBBLE = """for end in range(3, 20):
            try:
                write(end, b"\\xff" * 9)
            except OSError:
                pass"""


def unconfined(jobs: Sequence[Job], **settings: Any) -> dict[str, JobResult]:
    """The results of jobs that may even kill their zygote, by path."""
    with Runner(WeakenedSettings(sandbox="off", without=LAYERS, **settings)) as runner:
        results = list(runner.run(jobs))
    assert len(results) == len(jobs)
    return {result.path: result for result in results}


@pytest.mark.usefixtures("one_processor")
@pytest.mark.parametrize("others", [0, 3, SHARING])
def test_who_kills_its_zygote_again_when_alone_is_to_blame(make: Any, others: int) -> None:
    jobs = good(make, others)
    killer = make.job(KILLS, group=frozenset(), name="killer")
    results = unconfined([*jobs[: others // 2], killer, *jobs[others // 2 :]])
    (case,) = results.pop("rules/killer.yml").cases
    assert (case.outcome, what_happened(case)) == (Outcome.ERRORED, DIED)
    assert {case.outcome for result in results.values() for case in result.cases} <= {Outcome.PASSED}


def test_the_death_of_a_zygote_costs_those_of_another_one_nothing(make: Any, tmp_path: Path) -> None:
    (tmp_path / "third.py").write_text("")
    tmp_path.chmod(0o755)
    slow = "import third, time\ndef rule(event):\n    time.sleep(1.5)\n    return True\n"
    jobs = [make.job(KILLS, name="killer"), make.job(slow, name="slow")]
    results = unconfined(jobs, module_path=str(tmp_path))
    assert [what_happened(results[f"rules/{name}.yml"].cases[0]) for name in ("killer", "slow")] == [DIED, ""]


@pytest.mark.usefixtures("one_processor")
def test_who_dies_of_what_another_one_left_is_tried_again_alone(make: Any, run: Any) -> None:
    leaves = f"import urllib.parse\nurllib.parse.uses_netloc.append('x')\n{GOOD}"
    dies = "import os, urllib.parse\ndef rule(event):\n    if 'x' in urllib.parse.uses_netloc:\n"
    dies += "        os._exit(3)\n    return True\n"
    bodies = {"leaves": leaves, "dies": dies}
    jobs = [make.job(body, name=name, group=frozenset()) for name, body in bodies.items()]
    results = run(*jobs, *good(make, SHARING))
    assert {case.outcome for result in results.values() for case in result.cases} == {Outcome.PASSED}


@pytest.mark.parametrize("others", [0, SHARING])
@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("leave(3)", "the process ended without a result (exit code 3)"),
        (SCRIBBLE, "malformed message"),
    ],
    ids=["status", "nonsense"],
)
def test_what_a_process_does_after_its_results_spoils_only_who_does_it(
    make: Any, run: Any, others: int, deed: str, words: str
) -> None:
    job = make.job(textwrap.dedent(AT_THE_END.format(deed=deed)), group=frozenset(), name="late")
    results = run(*good(make, others), job)
    (case,) = results.pop("late").cases
    assert (case.outcome, words in what_happened(case)) == (Outcome.ERRORED, True), what_happened(case)
    assert {case.outcome for result in results.values() for case in result.cases} <= {Outcome.PASSED}


def test_an_event_that_contains_itself_is_told(make: Any, run: Any) -> None:
    event: list[Any] = []
    event.append(event)
    results = run(make.job(GOOD, make.case(event)), make.job(GOOD, name="b"))
    assert what_happened(results["a"].cases[0]) == "an event of the cases can't be written as JSON"
    assert results["b"].cases[0].outcome is Outcome.PASSED


def test_nothing_stays_open_after_a_run_that_was_left(make: Any) -> None:
    left = descriptors()
    with Runner(WeakenedSettings()) as runner, closing(runner.run(good(make, SHARING))) as results:
        next(results)
        assert descriptors() > left
    assert descriptors() == left


def test_what_each_phase_took_is_known_of_zygotes_and_children(make: Any) -> None:
    meter = Meter(on=True)
    with Runner(WeakenedSettings(), meter) as runner:
        list(runner.run(good(make, 2)))
    assert {process for process, _ in meter.seconds} == {"zygote", "child"}
    phases = {phase for process, phase in meter.seconds if process == "child"}
    assert phases >= {"load", "run"}, phases
