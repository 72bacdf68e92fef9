"""`panther-ci mutate`: which small faults in a detection its cases do not notice."""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from panther_ci.commands import shorten
from panther_ci.errors import ExitCode
from panther_ci.inputs import Environment, Inputs
from panther_ci.model import ComparisonRequest

if TYPE_CHECKING:
    from panther_ci.mutation.faults import Fault
    from panther_ci.mutation.score import Score

INPUTS: Final = ("path", "exclude", "requirements", "requirements_build", "sandbox", "timeout_seconds")
# Longer code is shown in part.
_LONG: Final = 60
# A fault may never end; cases take some milliseconds.
DEFAULTS: Final = {"timeout_seconds": 2.0}


def add_arguments(command: argparse.ArgumentParser) -> None:
    """The flags that are no inputs."""
    command.add_argument(
        "names", nargs="+", type=shorten, metavar="ID|PATH", help="detections, by id or by file"
    )
    words = "reject a detection that notices fewer of 100 changes [0]"
    command.add_argument("--min-score", type=read_percent, default=0.0, metavar="N", help=words)


def read_percent(text: str) -> float:
    """A share of 100; raises `ArgumentTypeError` for what is none."""
    with suppress(ValueError):
        if 0 <= (number := float(text)) <= 100:
            return number
    raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 100")


def run(arguments: argparse.Namespace, inputs: Inputs, environ: Mapping[str, str]) -> int:
    """Print the faults that no case notices; raises `InputError` for a name of no detection."""
    from panther_ci.reporters.defuse import log_text
    from panther_ci.repository.place import find_place
    from panther_ci.run import RunRequest, mutate

    folder = Path.cwd()
    compared = ComparisonRequest(judge_all_reason="`panther-ci mutate` judges what is named")
    environment = Environment(environ)
    request = RunRequest(
        inputs, folder, find_place(folder, inputs.path), compared, trusted=not environment.in_ci
    )
    scores = mutate(request, arguments.names, environment)
    for line in describe(scores):
        print(log_text(line))
    is_good = all(not each.problem and each.percent >= arguments.min_score for each in scores)
    return ExitCode.ACCEPTED if is_good else ExitCode.REJECTED


def describe(scores: Iterable["Score"]) -> Iterator[str]:
    """The faults that no case notices, each with its place, and the score of each detection."""
    for score in scores:
        if score.problem:
            yield f"{score.detection}: not tried, since {score.problem}."
            continue
        yield from map(describe_fault, score.unnoticed)
        noticed = score.tried - len(score.unnoticed)
        slow = f", {score.timed_out} of them by running out of time" if score.timed_out else ""
        yield f"{score.detection}: {noticed} of {score.tried} changes noticed ({score.percent:.0f}%){slow}"


def describe_fault(fault: "Fault") -> str:
    """A fault with its place; of long code, only what differs."""
    before, after = fault.before, fault.after
    if len(before) > _LONG and after:
        before, after = cut_common(before.split(" "), after.split(" "))
    change = f"`{before}` -> `{after}`" if after else f"without `{before}`"
    return f"{fault.location.path}:{fault.location.line}: {change}: no case notices"


def cut_common(before: list[str], after: list[str]) -> tuple[str, str]:
    """Two texts without the words that they begin and end with alike."""
    shorter = min(len(before), len(after))
    same = (left == right for left, right in zip(before, after, strict=False))
    head = len(list(takewhile(bool, same)))
    same = (left == right for left, right in zip(reversed(before), reversed(after), strict=False))
    tail = min(len(list(takewhile(bool, same))), shorter - head)
    return " ".join(before[head : len(before) - tail]), " ".join(after[head : len(after) - tail])
