"""What the time from the start of a container to its verdict is made of."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.measure import LAUNCH
from tools.image_test.engine import Container, Engine
from tools.image_test.step import Step, prepare_container

IMAGE = "localhost/panther-ci:job"
ISOLATED = ("-I", "-B", "-c")
ENTRYPOINT = ("python", "-I", "-u", "-B", "/opt/panther-ci/entrypoint.py")
# Where the runner's folder for temporary files is in the container; git writes how long it took there.
TRACES = "/github/runner_temp"


class Trial(NamedTuple):
    """A step to be judged in the image, some times; the folder is for what the runner would write."""

    engine: Engine
    step: Step
    folder: Path
    rounds: int


class JudgementError(Exception):
    """The container did not accept what is right, so its time says nothing."""


def timed(act: Callable[[], object]) -> float:
    """Seconds that something takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def time_verdict(trial: Trial) -> float:
    """Seconds from the start of a container to its end, the median; raises `JudgementError`."""
    return median(timed(partial(accept, trial, container)) for container in _prepare(trial))


def accept(trial: Trial, container: Container) -> None:
    """Run a container that is to accept; raises `JudgementError` where it doesn't."""
    done = trial.engine.run(container)
    if done.code:
        raise JudgementError(done.stdout + done.stderr)


def measure_parts(trial: Trial) -> Iterator[tuple[str, float]]:
    """The parts in their order, in seconds, then the whole of them."""
    container = _time_empty(trial, ("--entrypoint=/bin/true",), ())
    python = _time_empty(trial, ("--entrypoint=python",), (*ISOLATED, ""))
    git = median(_time_git(trial, each) for each in _prepare(trial))
    whole = time_verdict(trial)
    yield "start and removal of an empty container", container
    yield "start of Python", python - container
    yield "git, until its last command has ended", git
    yield "our program: imports, reading, judging, reports", whole - python - git
    yield "all", whole
    yield "processor time in the container", median(_time_processors(trial, each) for each in _prepare(trial))


def _time_empty(trial: Trial, options: tuple[str, ...], arguments: tuple[str, ...]) -> float:
    container = Container(IMAGE, options=("--network=none", *options), arguments=arguments)
    return median(timed(lambda: trial.engine.run(container)) for _ in range(trial.rounds))


def _prepare(trial: Trial) -> Iterator[Container]:
    """A container for each round, each with a runner's folder of its own."""
    trial.folder.mkdir(exist_ok=True)
    fresh = (trial.folder / str(number) for number in count())
    free = (folder for folder in fresh if not folder.exists())
    for _ in range(trial.rounds):
        folder = next(free)
        folder.mkdir()
        yield prepare_container(IMAGE, trial.step, folder)


def _time_processors(trial: Trial, container: Container) -> float:
    """Seconds of processor time of a step with all its processes, which others here change less."""
    options = (*container.options, "--entrypoint=python")
    mounts = {**container.mounts, Path(LAUNCH): "/launch.py:ro"}
    command = ("-I", "-S", "/launch.py", *ENTRYPOINT)
    done = trial.engine.run(replace(container, options=options, mounts=mounts, arguments=command))
    told = json.loads(done.stdout)
    if told["code"]:
        raise JudgementError(done.stdout + done.stderr)
    return float(told["cpu"])


def _time_git(trial: Trial, container: Container) -> float:
    """Seconds that the commands of git ran, those that they ran themselves not counted twice."""
    settings = trial.folder / "gitconfig"
    settings.write_text(f"[trace2]\n\teventTarget = {TRACES}\n", encoding="utf-8")
    accept(trial, replace(container, mounts={**container.mounts, settings: "/etc/gitconfig:ro"}))
    (traces,) = (here for here, there in container.mounts.items() if there == TRACES)
    events = (json.loads(text) for path in traces.iterdir() for text in path.read_text().splitlines())
    return float(
        sum(event["t_abs"] for event in events if event["event"] == "atexit" and "/" not in event["sid"])
    )
