"""`python -m tools.profile`: where a command of panther-ci spends its processor time, by phase.

The host is sampled by a timer of its own processor time; the confined processes time their phases themselves.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from panther_ci.errors import ExitCode

SAMPLER = Path(__file__).with_name("sampler.py")


class Profile(NamedTuple):
    """The seconds of one or several runs, by kind of process and phase, and those of all processes."""

    phases: Counter[tuple[str, str]]
    total: float


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command several times and print the mean of each phase."""
    parser = argparse.ArgumentParser("python -m tools.profile", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(), help="where the command runs [.]")
    parser.add_argument(
        "--runs", type=int, default=5, help="how often it is counted, after one run that is not"
    )
    parser.add_argument("command", nargs="*", default=["test"], help="what follows `panther-ci` [test]")
    arguments = parser.parse_args(argv)
    run_once(arguments.folder, arguments.command)
    profiles = [run_once(arguments.folder, arguments.command) for _ in range(arguments.runs)]
    print("\n".join(describe(profiles)))
    return 0


def run_once(folder: Path, command: Sequence[str]) -> Profile:
    """Run a command and read what it tells of its time; raises `ValueError` where it can't be run."""
    environ = {**os.environ, "PANTHER_CI_METER": "1"}
    done = subprocess.run(
        (sys.executable, str(SAMPLER), *command), cwd=folder, env=environ, capture_output=True, text=True
    )
    told: dict[str, Any] = {}
    for line in done.stderr.splitlines():
        if line.startswith('{"spent"') or line.startswith('{"host"'):
            told |= json.loads(line)
    if done.returncode not in (ExitCode.ACCEPTED, ExitCode.REJECTED):
        raise ValueError(f"panther-ci {' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    phases = Counter({(process, phase): seconds for process, phase, seconds in told.get("spent", ())})
    phases.update({("host", phase): seconds for phase, seconds in told["host"].items()})
    known = sum(seconds for (process, _), seconds in phases.items() if process != "host")
    phases["other", "git, and what processes take to end"] = max(0.0, told["children"] - known)
    return Profile(phases, sum(phases.values()))


def describe(profiles: Sequence[Profile]) -> Iterator[str]:
    """A table of the means, the largest phase of each kind of process first."""
    total = sum(each.total for each in profiles) / len(profiles)
    sums: Counter[tuple[str, str]] = Counter()
    for each in profiles:
        sums.update(each.phases)
    means = {name: seconds / len(profiles) for name, seconds in sums.items()}
    yield "| process | phase | ms CPU | share |"
    yield "| --- | --- | --- | --- |"
    for process in ("host", "zygote", "child", "other"):
        yield from _describe_process(process, means, total)
    yield f"| all | | {total * 1000:.0f} | |"


def _describe_process(process: str, means: Mapping[tuple[str, str], float], total: float) -> Iterator[str]:
    own = sorted(
        ((seconds, phase) for (kind, phase), seconds in means.items() if kind == process), reverse=True
    )
    yield f"| {process} | all | {sum(seconds for seconds, _ in own) * 1000:.0f} | |"
    for seconds, phase in own:
        yield f"| {process} | {phase} | {seconds * 1000:.1f} | {seconds / total:.0%} |"


if __name__ == "__main__":
    sys.exit(main())
