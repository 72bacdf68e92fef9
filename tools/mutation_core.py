"""Counts the faults in what decides a verdict that our tests notice: `make mutation-core ARGS="--sample 40"`.

Each module of `core_modules` is changed in one place at a time in a copy of the repository. First those of
the nearest tests run that ran the line without a fault; if they notice nothing, all others that ran it do.
Prints what no test notices. Exit code 1 where too little is noticed, or a survivor that docs/mutation.md does
not list as equivalent makes the share too small.
"""

import argparse
import ast
import random
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tools.core_modules import COMMANDS, ROOT, Module, list_modules
from tools.core_mutants import make_core_mutants
from tools.covering import Lines, order_tests, read_lines
from tools.library import DOCS
from tools.mutants import Mutant
from tools.mutation import Survivor
from tools.trees import Tree, make_tree

NOTICED, NOTICED_NEAR = 0.95, 0.90
# What a few tests, and what all that ran a line may take even on a busy machine.
LONGEST_SECONDS, LONGEST_SECONDS_OF_ALL = 60.0, 600.0
# These run in processes that tests start, where coverage sees nothing, as whole commands do.
IN_CHILDREN = "panther_ci/running/"
PAGE = DOCS / "mutation.md"
PLACE = ROOT / ".make"


class Trial(NamedTuple):
    """A mutant of a module, and what noticed it: "near", "other", or nothing."""

    module: Module
    mutant: Mutant
    noticed: str = ""

    @property
    def survivor(self) -> Survivor:
        """How the page names it."""
        mutant = self.mutant
        return Survivor(self.module.path, mutant.line, mutant.owner, mutant.before, mutant.after)


class Suite(NamedTuple):
    """Tests that pass without a fault: how long they may take with one, and which of them ran each line."""

    seconds: float
    lines: Lines


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


def measure(tree: Tree, name: str, tests: Sequence[str], path: str) -> Suite:
    """Run tests without a fault; raises `RuntimeError` where they fail, since then nothing can be told."""
    data = tree.folder / f".make/{name}.coverage"
    data.parent.mkdir(exist_ok=True)
    coverage = ("-m", "coverage", "run", f"--data-file={data}", "--source=panther_ci", "-m", "pytest")
    begun = time.monotonic()
    if tree.pytest(("-p", "tools.covering", *tests), 3600, coverage) != 0:
        raise RuntimeError(f"{' '.join(tests)}: these tests fail even without a fault")
    seconds = LONGEST_SECONDS + 3 * (time.monotonic() - begun)
    suite = Suite(seconds, read_lines(data, tree.folder / path))
    named = {test for tests in suite.lines.values() for test in tests}
    if named and tree.pytest(("--collect-only", *named), 3600) != 0:
        raise RuntimeError(f"{path}: pytest does not find its tests by their names")
    return suite


def try_mutant(tree: Tree, trial: Trial, suites: Sequence[Suite]) -> Trial:
    """Tell which tests notice a mutant: the nearest ones, then those of the second suite, if there is one."""
    file = tree.folder / trial.module.path
    kept = file.read_bytes()
    file.write_text(ast.unparse(trial.mutant.tree), encoding="utf-8")
    try:
        for noticed, suite, rest in zip(
            ("near", "other"), suites, (trial.module.nearest, COMMANDS), strict=False
        ):
            covering = order_tests(suite.lines, trial.mutant.line)
            # What runs on import runs for no test, and any may use it.
            imported = not suite.lines.get(trial.mutant.line)
            unseen = trial.module.path.startswith(IN_CHILDREN) or noticed == "other" or imported
            elsewhere = rest if unseen else ()
            if any(tree.pytest(tests, suite.seconds) != 0 for tests in (covering, elsewhere) if tests):
                return trial._replace(noticed=noticed)
        return trial
    finally:
        file.write_bytes(kept)


def try_module(
    trees: Sequence[Tree], module: Module, mutants: Sequence[Mutant], nearest: bool
) -> Iterator[Trial]:
    """Try the mutants of one module, as many at a time as there are trees."""
    suites = [measure(trees[0], "nearest", module.nearest, module.path)]
    if not nearest:
        lines = read_lines(trees[0].folder / ".make/all.coverage", trees[0].folder / module.path)
        suites.append(Suite(LONGEST_SECONDS_OF_ALL, lines))
    free: SimpleQueue[Tree] = SimpleQueue()
    for tree in trees:
        free.put(tree)

    def attempt(mutant: Mutant) -> Trial:
        tree = free.get()
        try:
            return try_mutant(tree, Trial(module, mutant), suites)
        finally:
            free.put(tree)

    with ThreadPoolExecutor(len(trees)) as pool:
        yield from pool.map(attempt, mutants)


def read_equivalents(page: str) -> list[str]:
    """Return the rows of the page that list equivalent mutants of the product."""
    return [line for line in page.splitlines() if line.startswith("| panther_ci/")]


def describe(trials: Sequence[Trial], equivalents: Sequence[str]) -> tuple[str, bool]:
    """Return the figures of some trials, and whether enough was noticed of those that are not equivalent."""
    real = [
        each for each in trials if each.noticed or not any(map(each.survivor.is_explained_by, equivalents))
    ]
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
    with TemporaryDirectory(prefix="mutation-", dir=PLACE) as place:
        trees = [make_tree(Path(place) / str(number)) for number in range(arguments.workers)]
        return try_modules(trees, arguments)


def try_modules(trees: Sequence[Tree], arguments: argparse.Namespace) -> int:
    """Try the mutants of all modules that are asked for, and print the figures; returns the exit code."""
    equivalents = read_equivalents(PAGE.read_text(encoding="utf-8"))
    if not arguments.nearest:
        measure(trees[0], "all", ("tests",), "panther_ci/pipeline.py")
    trials: list[Trial] = []
    for module in list_modules(arguments.module):
        mutants = choose(module, arguments.sample, arguments.seed)
        tried: list[Trial] = []
        for trial in try_module(trees, module, mutants, arguments.nearest) if mutants else ():
            show_survivor(trial, equivalents)
            tried.append(trial)
        print(f"{module.path}: {describe(tried, equivalents)[0]}", flush=True)
        trials += tried
    figures, good = describe(trials, equivalents)
    print(f"sample {arguments.sample or 'all'}, seed {arguments.seed}: {figures}")
    return int(not good)


def show_survivor(trial: Trial, equivalents: Sequence[str]) -> None:
    """Print a mutant that no test noticed, or only tests far away did."""
    survivor = trial.survivor
    if trial.noticed == "other":
        print(f"far: {survivor.file}:{survivor.line}: {survivor.row}", flush=True)
    elif not trial.noticed and not any(map(survivor.is_explained_by, equivalents)):
        print(f"survived: {survivor.file}:{survivor.line}: {survivor.row}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
