"""Runs two commands in turn and compares the medians."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

LAUNCH = str(Path(__file__).parent / "launch.py")
# Nothing of the caller's surroundings may speed up or slow down one of the two.
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR")


@dataclass(frozen=True)
class Cost:
    """What a command and everything below it cost: seconds, and MiB of the largest process.

    `tree` are the MiB of all of them at once, where that was looked at.
    """

    cpu: float
    wall: float
    peak: float
    tree: float = 0.0


@dataclass(frozen=True)
class Contestant:
    """A command, the folder it runs in, and the exit code that it ends with."""

    command: tuple[str, ...]
    folder: Path
    code: int = 0


class UnexpectedEndError(Exception):
    """A command ended with another exit code than it should, so its time says nothing."""


def run_once(contestant: Contestant, tree: bool = False) -> Cost:
    """Run a command; raises `UnexpectedEndError` for a wrong exit code."""
    environ = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    command = (sys.executable, "-I", "-S", LAUNCH, *(["--tree"] if tree else []), *contestant.command)
    done = subprocess.run(
        command, cwd=contestant.folder, env=environ, capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    if told["code"] != contestant.code:
        raise UnexpectedEndError(
            f"{' '.join(contestant.command)} ended with {told['code']}, not {contestant.code}"
        )
    return Cost(told["cpu"], told["wall"], told["peak"], told["tree"])


def run_in_turn(contestants: Sequence[Contestant], rounds: int) -> list[list[Cost]]:
    """The costs of each contestant, A B A B …, after one round that isn't counted."""
    for contestant in contestants:
        run_once(contestant)
    costs: list[list[Cost]] = [[] for _ in contestants]
    for _ in range(rounds):
        for contestant, found in zip(contestants, costs, strict=True):
            found.append(run_once(contestant))
    return costs


def middle(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        median(cost.peak for cost in costs),
    )


def middle_ratio(ours: Sequence[Cost], theirs: Sequence[Cost]) -> Cost:
    """The median of the ratios of runs that followed each other, which share the machine's mood."""
    pairs = list(zip(ours, theirs, strict=True))
    return Cost(
        median(our.cpu / their.cpu for our, their in pairs),
        median(our.wall / their.wall for our, their in pairs),
        median(our.peak / their.peak for our, their in pairs),
    )
