"""How the cost of a run grows with the library; nothing here asserts anything.

`python -m benchmarks.growth [FACTOR …]` writes so many times the generated library and prints two tables:
the cost of one changed rule and of everything with all reports, and the size of each report. Each runs once.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.installing import find_ours
from benchmarks.measure import Contestant, Cost, run_once
from benchmarks.repositories import REVIEWED, add, commit_all
from benchmarks.table import head, line
from tests.corpus import FULL, write_size

PLACE = Path(tempfile.gettempdir()) / "panther-ci-benchmarks"
COSTS = ("specs", "cases", "run", "CPU s", "wall s", "peak MiB", "peak of all processes MiB")
SIZES = ("specs", "run", "console KB", "JUnit KB", "SARIF KB", "HTML KB", "archives KB", "manifest KB")
REPORTS = ("console.txt", "junit.xml", "report.sarif", "report.html", "*.zip", "*.manifest.json")


class Grown(NamedTuple):
    """A library of a size, with a commit that changes one rule."""

    specs: int
    cases: int
    folder: Path


class Run(NamedTuple):
    """A command in a library, and where its reports are."""

    name: str
    command: tuple[str, ...]


RUNS = (
    Run("one rule changed", ("check", "--base-ref", "HEAD~1")),
    Run("everything", ("zip", "--path", ".", "--output-path", "{reports}")),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure each size and print its lines as soon as they are known; the sizes of reports come last."""
    parser = argparse.ArgumentParser("python -m benchmarks.growth", description=__doc__)
    parser.add_argument("factors", type=int, nargs="*", default=(1, 10, 100), help="[1 10 100]")
    parser.add_argument("--place", type=Path, default=PLACE, help=f"where our program is installed [{PLACE}]")
    parser.add_argument("--ours", default="", help="our program, instead of one installed from here")
    arguments = parser.parse_args(argv)
    ours = find_ours(arguments.ours, arguments.place)
    print(head(COSTS), flush=True)
    sizes = [each for factor in arguments.factors for each in measure(factor, ours)]
    print("", head(SIZES), *sizes, sep="\n")
    return 0


def measure(factor: int, ours: str) -> Iterator[str]:
    """Print the costs of a size, and return the sizes of its reports."""
    with tempfile.TemporaryDirectory(prefix="panther-ci-growth-") as folder:
        grown = write(Path(folder) / "library", factor)
        for run in RUNS:
            reports = Path(folder) / run.name
            reports.mkdir()
            cost = run_once(Contestant(command(ours, run, reports), grown.folder), tree=True)
            print(line([str(grown.specs), str(grown.cases), run.name, *show(cost)]), flush=True)
            yield line([str(grown.specs), run.name, *(weigh(reports, each) for each in REPORTS)])


def write(folder: Path, factor: int) -> Grown:
    """A library so many times as large, with one rule changed."""
    corpus = write_size(folder, FULL.times(factor))
    specs = sum(path.endswith((".yml", ".json")) for path in corpus.files)
    library = commit_all(folder)
    add(folder, library.choose(heavy=False).body, REVIEWED)
    return Grown(specs, corpus.cases, folder)


def command(ours: str, run: Run, reports: Path) -> tuple[str, ...]:
    """A run that writes every report, with what it says in a file."""
    files = zip(("junit", "sarif", "html"), REPORTS[1:4], strict=True)
    options = [f"--{name}-path={reports / file}" for name, file in files]
    words = [each.format(reports=reports) for each in run.command]
    console = ("sh", "-c", 'output=$1; shift; exec "$@" > "$output"', "sh", str(reports / REPORTS[0]))
    return (*console, ours, *words, *options)


def show(cost: Cost) -> list[str]:
    """The figures of one run."""
    return [f"{cost.cpu:.1f}", f"{cost.wall:.1f}", f"{cost.peak:.0f}", f"{cost.tree:.0f}"]


def weigh(folder: Path, pattern: str) -> str:
    """The kilobytes of some files; empty for none."""
    sizes = [path.stat().st_size for path in folder.glob(pattern)]
    return f"{sum(sizes) / 1000:,.0f}" if sizes else ""


if __name__ == "__main__":
    sys.exit(main())
