"""`python -m benchmarks`: measures libraries with our program and its peer, and prints a table of each."""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.goals import Goal
from benchmarks.installing import find_ours, install_peer
from benchmarks.measure import Contestant
from benchmarks.repositories import Library, clone, commit_all
from benchmarks.scenarios import Scenario, Tools, list_changed, list_full, list_small
from benchmarks.table import COLUMNS, head, measure
from tests.corpus import FULL, Size, write_size

PLACE = Path(tempfile.gettempdir()) / "panther-ci-benchmarks"
SMALL = Size(forms_of_2020=0.0, json=0.0)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure every scenario (or those whose name holds `--only`) and print each as soon as it is known."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="runs of each program, in turn [5]")
    parser.add_argument("--only", default="", help="words in the name of the scenarios to measure")
    parser.add_argument("--place", type=Path, default=PLACE, help=f"where both are installed [{PLACE}]")
    parser.add_argument("--ours", default="", help="our program, instead of one installed from here")
    parser.add_argument("--library", type=Path, help="a git clone to measure too; it is copied")
    arguments = parser.parse_args(argv)
    tools = Tools(find_ours(arguments.ours, arguments.place), install_peer(arguments.place))
    with tempfile.TemporaryDirectory(prefix="panther-ci-benchmark-") as folder:
        for title, scenarios in list_tables(Path(folder), tools, arguments.library):
            print(f"\n{title}\n", head(COLUMNS), sep="\n", flush=True)
            for scenario in scenarios:
                if arguments.only in scenario.name:
                    print(measure(scenario, arguments.rounds), flush=True)
    return 0


def list_tables(folder: Path, tools: Tools, source: Path | None) -> Iterator[tuple[str, Iterator[Scenario]]]:
    """The title of each table, with what is measured for it."""
    yield "The generated library", list_generated(folder / "generated", tools)
    if source:
        place = folder / "library"
        place.mkdir()
        library = Library(clone(source.resolve(), place / "source"))
        yield f"The library in {source.name}", _join(library, place, tools)


def list_generated(folder: Path, tools: Tools) -> Iterator[Scenario]:
    """Everything that is measured of a library of our own."""
    folder.mkdir()
    yield Scenario("`--help`", Contestant((tools.ours, "--help"), folder), None, Goal(cpu_seconds=0.1))
    yield from _join(write(folder / "written", FULL), folder, tools)
    yield from list_small(write(folder / "small", SMALL), folder, tools)


def _join(library: Library, folder: Path, tools: Tools) -> Iterator[Scenario]:
    yield from list_full(library, folder, tools)
    yield from list_changed(library, folder, tools)


def write(folder: Path, size: Size) -> Library:
    """A generated library as a git repository."""
    write_size(folder, size)
    return commit_all(folder)


if __name__ == "__main__":
    sys.exit(main())
