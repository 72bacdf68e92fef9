"""Counts the faults in what decides a verdict that our tests notice: `make mutation-core ARGS="--sample 40"`.

Each module of `core_modules` is changed in one place at a time in a copy of the repository. First those of
the nearest tests run that ran the line without a fault; if they notice nothing, others that ran it do, and
whole commands. Prints what no test notices. Exit code 1 where too little is noticed, or a survivor that
docs/mutation.md does not list as equivalent makes the share too small.
"""

import argparse
import ast
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import groupby, islice
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeVar

import pytest

from panther_ci.mutation.bodies import Mutant
from tools.core_modules import ROOT, Module, list_modules
from tools.core_mutants import make_core_mutants
from tools.covering import Lines
from tools.library import DOCS
from tools.mutation import Survivor
from tools.suites import Stage, Suite, choose_near, choose_others, list_parts, measure, merge
from tools.trees import Bench, make_tree, start_bench

NOTICED, NOTICED_NEAR = 0.95, 0.90
PAGE = DOCS / "mutation.md"
PLACE = ROOT / ".make"
Item = TypeVar("Item")
Result = TypeVar("Result")


class Trial(NamedTuple):
    """A mutant of a module, its code, and what noticed it: "near", "other", or nothing."""

    module: Module
    mutant: Survivor
    code: str
    noticed: str = ""


class Suites(NamedTuple):
    """The nearest tests, by their paths, and all others by the lines of each module that they ran."""

    nearest: Mapping[tuple[str, ...], Suite]
    others: Mapping[str, Lines]

    def find_stages(self, module: Module, line: int) -> Iterator[Stage]:
        """The tests that may notice a mutant, in the order in which they are asked."""
        near = choose_near(self.nearest[module.nearest], module, line)
        yield near
        if module.path in self.others:
            yield choose_others(self.others[module.path], near, line)


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make mutation-core", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--sample", type=int, default=0, help="mutants of each module; by default all")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of the sample")
    parser.add_argument("--workers", type=int, default=2, help="how many mutants are tried at a time")
    parser.add_argument("--module", default="", help="only modules whose path contains this")
    parser.add_argument("--nearest", action="store_true", help="only the nearest tests")
    return parser.parse_args()


def choose(module: Module, sample: int, seed: int) -> list[Mutant]:
    """Return the mutants of a module to try: the same ones for the same seed and the same code."""
    mutants = list(make_core_mutants((ROOT / module.path).read_text(encoding="utf-8")))
    if not 0 < sample < len(mutants):
        return mutants
    chosen = random.Random(f"{seed}:{module.path}").sample(range(len(mutants)), sample)  # noqa: S311
    return [mutants[at] for at in sorted(chosen)]


def make_trial(module: Module, mutant: Mutant) -> Trial:
    """Name a mutant as the page does, and write its code."""
    named = Survivor(module.path, mutant.line, mutant.owner, mutant.before, mutant.after)
    return Trial(module, named, ast.unparse(mutant.tree))


def try_mutant(bench: Bench, trial: Trial, stages: Iterator[Stage]) -> Trial:
    """Tell which tests notice a mutant, if any; those that take too long have."""
    with bench.tree.change(trial.module.path, trial.code):
        for stage in stages:
            if any(notice(bench, tests, stage.seconds) for tests in stage.runs):
                return trial._replace(noticed=stage.name)
    return trial


def notice(bench: Bench, tests: Sequence[str], seconds: float) -> bool:
    """Tell whether one of these tests fails or takes too long."""
    code = bench.run(tests, seconds)
    if code == pytest.ExitCode.USAGE_ERROR:  # a mutant may change the names of tests
        code = bench.run(sorted({test.partition("::")[0] for test in tests}), seconds)
    return code != 0


def spread(
    benches: Sequence[Bench], work: Callable[[Bench, Item], Result], items: Sequence[Item]
) -> Iterator[Result]:
    """Yield what becomes of each item, in their order; each bench works on one at a time."""
    free: SimpleQueue[Bench] = SimpleQueue()
    for bench in benches:
        free.put(bench)

    def attempt(item: Item) -> Result:
        bench = free.get()
        try:
            return work(bench, item)
        finally:
            free.put(bench)

    with ThreadPoolExecutor(len(benches)) as pool:
        yield from pool.map(attempt, items)


def measure_suites(benches: Sequence[Bench], modules: Sequence[Module], nearest: bool) -> Suites:
    """Run all tests that may be asked about these modules without a fault."""
    paths = [module.path for module in modules]

    def attempt(bench: Bench, tests: tuple[str, ...]) -> Suite:
        return measure(bench, tests, paths)

    near = list(spread(benches, attempt, sorted({module.nearest for module in modules})))
    parts = [] if nearest else list(spread(benches, attempt, list_parts()))
    others = merge(parts, paths) if parts else {}
    return Suites({suite.tests: suite for suite in near}, others)


def read_equivalents(page: str) -> list[str]:
    """Return the rows of the page that list equivalent mutants of the product."""
    return [line for line in page.splitlines() if line.startswith("| panther_ci/")]


def describe(trials: Sequence[Trial], equivalents: Sequence[str]) -> tuple[str, bool]:
    """Return the figures of some trials, and whether enough was noticed of those that are not equivalent."""
    real = [each for each in trials if each.noticed or not any(map(each.mutant.is_explained_by, equivalents))]
    noticed = sum(bool(each.noticed) for each in real)
    near = sum(each.noticed == "near" for each in real)
    total = max(1, len(real))
    text = f"{noticed} of {len(real)} noticed ({noticed / total:.1%})"
    text += f", {near} by the nearest tests ({near / total:.1%})"
    text += f", {len(trials) - len(real)} equivalent" if len(trials) > len(real) else ""
    return text, noticed / total >= NOTICED and near / total >= NOTICED_NEAR


def main() -> int:
    """Try the mutants; returns the exit code."""
    arguments = read_arguments()
    PLACE.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="mutation-", dir=PLACE) as place, ExitStack() as stack:
        trees = [make_tree(Path(place) / str(number)) for number in range(arguments.workers)]
        benches = [stack.enter_context(start_bench(tree)) for tree in trees]
        return try_modules(benches, arguments)


def try_modules(benches: Sequence[Bench], arguments: argparse.Namespace) -> int:
    """Try the mutants of all modules that are asked for, and print the figures; returns the exit code."""
    equivalents = read_equivalents(PAGE.read_text(encoding="utf-8"))
    modules = list(list_modules(arguments.module))
    suites = measure_suites(benches, modules, arguments.nearest)

    def attempt(bench: Bench, trial: Trial) -> Trial:
        stages = suites.find_stages(trial.module, trial.mutant.line)
        listed = any(map(trial.mutant.is_explained_by, equivalents))
        return try_mutant(bench, trial, islice(stages, 1) if listed else stages)

    waiting = [
        make_trial(module, mutant)
        for module in modules
        for mutant in choose(module, arguments.sample, arguments.seed)
    ]
    trials: list[Trial] = []
    for path, group in groupby(spread(benches, attempt, waiting), lambda trial: trial.module.path):
        tried = [show(trial, equivalents) for trial in group]
        print(f"{path}: {describe(tried, equivalents)[0]}", flush=True)
        trials += tried
    figures, good = describe(trials, equivalents)
    print(f"sample {arguments.sample or 'all'}, seed {arguments.seed}: {figures}")
    return int(not good)


def show(trial: Trial, equivalents: Sequence[str]) -> Trial:
    """Print a mutant that no test noticed, or only tests far away did."""
    mutant = trial.mutant
    if trial.noticed == "other":
        print(f"far: {mutant.file}:{mutant.line}: {mutant.row}", flush=True)
    elif not trial.noticed and not any(map(mutant.is_explained_by, equivalents)):
        print(f"survived: {mutant.file}:{mutant.line}: {mutant.row}", flush=True)
    return trial


if __name__ == "__main__":
    sys.exit(main())
