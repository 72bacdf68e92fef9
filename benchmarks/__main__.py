"""`python -m benchmarks`: prepares the peer and the repositories, measures, and prints a table."""

import argparse
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.measure import Cost, middle, middle_ratio, run_in_turn
from benchmarks.scenarios import Scenario, Tools, prepare

# Under the AGPL: installed apart, run as a program, never imported.
PEER = "panther_analysis_tool==1.11.1"
ROOT = Path(__file__).resolve().parent.parent
PLACE = Path(tempfile.gettempdir()) / "panther-ci-benchmarks"
COLUMNS = (
    "scenario",
    *("CPU s", "wall s", "peak MiB"),
    *("peer CPU s", "peer wall s", "peer peak MiB"),
    *("CPU ratio", "wall ratio", "peak ratio"),
    "goal",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure every scenario (or those whose name holds `--only`) and print each as soon as it is known."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each program, in turn [5]")
    parser.add_argument("--only", default="", help="words in the name of the scenarios to measure")
    parser.add_argument("--place", type=Path, default=PLACE, help=f"where both are installed [{PLACE}]")
    parser.add_argument("--ours", default="", help="our program, instead of one installed from here")
    arguments = parser.parse_args(argv)
    tools = Tools(arguments.ours or install_ours(arguments.place), install_peer(arguments.place))
    print(line(COLUMNS), line("---" for _ in COLUMNS), sep="\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="panther-ci-benchmark-") as folder:
        for scenario in prepare(Path(folder), tools):
            if arguments.only in scenario.name:
                print(measure(scenario, arguments.rounds), flush=True)
    return 0


def install_ours(place: Path) -> str:
    """Our program as users install it: an editable one would start more slowly."""
    python = _environment(place / "ours")
    locked = ROOT / "requirements" / "runtime.txt"
    _pip(python, "--require-hashes", "--requirement", str(locked))
    _pip(python, "--no-deps", "--force-reinstall", str(ROOT))
    return str(python.parent / "panther-ci")


def install_peer(place: Path) -> str:
    """The peer's program in an environment of its own."""
    python = _environment(place / "peer")
    _pip(python, PEER)
    return str(python.parent / "panther_analysis_tool")


def _environment(folder: Path) -> Path:
    if not folder.exists():
        venv.create(folder, with_pip=True)
    return folder / "bin" / "python"


def _pip(python: Path, *what: str) -> None:
    subprocess.run((str(python), "-m", "pip", "install", "--quiet", *what), check=True)


def measure(scenario: Scenario, rounds: int) -> str:
    """One line of the table."""
    contestants = [scenario.ours, *([scenario.peer] if scenario.peer else [])]
    ours, *theirs = run_in_turn(contestants, rounds)
    cells = [scenario.name, *show(middle(ours))]
    if theirs:
        ratio = middle_ratio(ours, theirs[0])
        cells += [
            *show(middle(theirs[0])),
            *(f"{value:.3f}" for value in (ratio.cpu, ratio.wall, ratio.peak)),
        ]
    else:
        cells += [""] * 6
    return line([*cells, scenario.goal])


def line(cells: Iterable[str]) -> str:
    """A line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def show(cost: Cost) -> list[str]:
    """The figures of one program."""
    return [f"{cost.cpu:.2f}", f"{cost.wall:.2f}", f"{cost.peak:.0f}"]


if __name__ == "__main__":
    sys.exit(main())
