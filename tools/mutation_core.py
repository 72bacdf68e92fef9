"""Counts the faults in what decides a verdict that our tests notice: `make mutation-core ARGS="--sample 40"`.

Each module of `core_modules` is changed in one place at a time in a copy of the repository. First those of
the nearest tests run that ran the line without a fault. Of what they don't notice, others are asked then that
ran it, and whole commands. Prints what no test notices. Exit code 1 where too little is noticed, or a
survivor that docs/mutation.md does not list as equivalent makes the share too small.
"""

import argparse
import ast
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import NamedTuple, TypeAlias, TypeVar

import pytest

from panther_ci.mutation.bodies import Mutant
from tools.core_modules import ROOT, Module, list_modules
from tools.core_mutants import list_faults, make_mutant
from tools.covering import Lines
from tools.library import DOCS
from tools.mutation import Survivor
from tools.suites import Stage, Suite, choose_near, choose_others, cover, list_parts, measure, merge
from tools.trees import Bench, make_tree, start_bench

NOTICED, NOTICED_NEAR = 0.95, 0.90
PAGE = DOCS / "mutation.md"
PLACE = ROOT / ".make"
# The nearest tests by their paths.
Nearest: TypeAlias = Mapping[tuple[str, ...], Suite]
Item = TypeVar("Item")
Result = TypeVar("Result")


class Trial(NamedTuple):
    """A mutant of a module, its code, and what noticed it: "near", "other", or nothing."""

    module: Module
    mutant: Survivor
    code: str
    noticed: str = ""


def read_arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make mutation-core", description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--sample", type=int, default=0, help="mutants of each module; by default all")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of the sample")
    parser.add_argument("--workers", type=int, default=2, help="how many mutants are tried at a time")
    parser.add_argument("--module", action="append", help="only modules whose path contains this, or another")
    parser.add_argument("--nearest", action="store_true", help="only the nearest tests")
    return parser.parse_args()


def choose(module: Module, sample: int, seed: int) -> list[Mutant]:
    """Return the mutants of a module to try: the same ones for the same seed and the same code."""
    tree = ast.parse((ROOT / module.path).read_bytes())
    faults = list(list_faults(tree))
    if 0 < sample < len(faults):
        chosen = random.Random(f"{seed}:{module.path}").sample(range(len(faults)), sample)  # noqa: S311
        faults = [faults[at] for at in sorted(chosen)]
    return [make_mutant(tree, fault) for fault in faults]


def make_trial(module: Module, mutant: Mutant) -> Trial:
    """Name a mutant as the page does, and write its code."""
    named = Survivor(module.path, mutant.line, mutant.owner, mutant.before, mutant.after)
    return Trial(module, named, ast.unparse(mutant.tree))


def try_mutant(bench: Bench, trial: Trial, stage: Stage) -> Trial:
    """Tell whether some tests notice a mutant; those that take too long have."""
    with bench.tree.change(trial.module.path, trial.code):
        noticed = any(notice(bench, tests, stage.seconds) for tests in stage.runs)
    return trial._replace(noticed=stage.name) if noticed else trial


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


def measure_nearest(benches: Sequence[Bench], modules: Sequence[Module]) -> Nearest:
    """Run the nearest tests of these modules without a fault."""

    def attempt(bench: Bench, tests: tuple[str, ...]) -> Suite:
        return measure(bench, tests, [module.path for module in modules if module.nearest == tests])

    suites = spread(benches, attempt, sorted({module.nearest for module in modules}))
    return {suite.tests: suite for suite in suites}


def ask_nearest(benches: Sequence[Bench], nearest: Nearest, trials: Sequence[Trial]) -> Iterator[Trial]:
    """Try mutants by the nearest tests of their modules."""

    def attempt(bench: Bench, trial: Trial) -> Trial:
        suite = nearest[trial.module.nearest]
        return try_mutant(bench, trial, choose_near(suite, trial.module, trial.mutant.line))

    return spread(benches, attempt, trials)


def ask_others(benches: Sequence[Bench], nearest: Nearest, trials: Sequence[Trial]) -> Iterator[Trial]:
    """Try mutants by the tests that are not nearest, which are measured for that.

    Those that fail without a fault are left out, so that less is noticed: what the run has found stays.
    """
    paths = sorted({trial.module.path for trial in trials})

    def cover_part(bench: Bench, tests: tuple[str, ...]) -> Mapping[str, Lines]:
        try:
            return cover(bench, tests, paths)
        except RuntimeError as error:
            print(f"left out: {error}", flush=True)
            return {path: {} for path in paths}

    lines = merge(list(spread(benches, cover_part, list_parts())), paths)

    def attempt(bench: Bench, trial: Trial) -> Trial:
        line, module = trial.mutant.line, trial.module
        near = choose_near(nearest[module.nearest], module, line)
        return try_mutant(bench, trial, choose_others(lines[module.path], near, line))

    return spread(benches, attempt, trials)


def read_equivalents(page: str) -> list[str]:
    """Return the rows of the page that list equivalent mutants of the product."""
    return [line for line in page.splitlines() if line.startswith("| panther_ci/")]


def describe(trials: Sequence[Trial], equivalents: Sequence[str]) -> tuple[str, bool]:
    """Return the figures of some trials, and whether enough was noticed of those that are not equivalent."""
    real = [each for each in trials if each.noticed or survives(each, equivalents)]
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
    modules = list(list_modules(arguments.module or [""]))
    waiting = [
        make_trial(module, mutant)
        for module in modules
        for mutant in choose(module, arguments.sample, arguments.seed)
    ]
    nearest = measure_nearest(benches, modules)
    trials: list[Trial] = []
    for path, group in groupby(ask_nearest(benches, nearest, waiting), lambda trial: trial.module.path):
        tried = [show(trial, equivalents) for trial in group]
        print(f"{path}: {describe(tried, equivalents)[0]}", flush=True)
        trials += tried
    left = [trial for trial in trials if survives(trial, equivalents)]
    if left and not arguments.nearest:
        others = [show(trial, equivalents) for trial in ask_others(benches, nearest, left)]
        trials = [*(trial for trial in trials if trial not in left), *others]
    figures, good = describe(trials, equivalents)
    print(f"sample {arguments.sample or 'all'}, seed {arguments.seed}: {figures}")
    return int(not good)


def survives(trial: Trial, equivalents: Sequence[str]) -> bool:
    """Whether no test has noticed a mutant so far that is not equivalent."""
    return not trial.noticed and not any(map(trial.mutant.is_explained_by, equivalents))


def show(trial: Trial, equivalents: Sequence[str]) -> Trial:
    """Print a mutant that the tests asked so far did not notice, or that only tests far away did."""
    mutant = trial.mutant
    if trial.noticed == "other" or survives(trial, equivalents):
        word = "far" if trial.noticed else "survived"
        print(f"{word}: {mutant.file}:{mutant.line}: {mutant.row}", flush=True)
    return trial


if __name__ == "__main__":
    sys.exit(main())
