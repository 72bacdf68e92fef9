"""Tests that pass without a fault, and which of them ran each line of the package."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tools.core_modules import COMMANDS, ROOT, Module
from tools.covering import Lines, order_tests, read_lines
from tools.trees import Bench

# What tests may take longer with a fault, and what those of the second stage may take, on a busy machine too.
LONGEST_SECONDS, LONGEST_SECONDS_OF_OTHERS = 60.0, 600.0
# Of the tests that are not nearest, those that ran most of the module; commands run everything else.
MOST_OTHERS = 60
# These run in processes that tests start, where coverage sees nothing, as whole commands do.
IN_CHILDREN = "panther_ci/running/"
# Their tests are about other code, attack whole runs, which takes long, or build what takes a whole checkout.
NO_PARTS = frozenset({"analysis", "distribution", "fuzz", "hostile", "tools", "workflows"})


class Suite(NamedTuple):
    """Some tests, how long they may take with a fault, and by the module which of them ran each line."""

    tests: tuple[str, ...]
    seconds: float
    lines: Mapping[str, Lines]


class Stage(NamedTuple):
    """A word for some tests that may notice a mutant, these in runs one after the other, and their time."""

    name: str
    runs: tuple[tuple[str, ...], ...]
    seconds: float


def measure(bench: Bench, tests: tuple[str, ...], modules: Sequence[str]) -> Suite:
    """Run tests without a fault; raises `RuntimeError` where they fail, since then nothing can be told."""
    begun = time.monotonic()
    lines = cover(bench, tests, modules)
    if bench.run(tests, 3600) != 0:
        raise RuntimeError(f"{' '.join(tests)}: these tests fail even without a fault")
    seconds = LONGEST_SECONDS + time.monotonic() - begun
    named = {test for each in lines.values() for ran in each.values() for test in ran}
    if named and bench.run(["--collect-only", *named], 3600) != 0:
        raise RuntimeError(f"{' '.join(tests)}: pytest does not find these tests by their names")
    return Suite(tests, seconds, lines)


def cover(bench: Bench, tests: tuple[str, ...], modules: Sequence[str]) -> Mapping[str, Lines]:
    """Which of these tests ran each line of the modules; raises `RuntimeError` with what fails."""
    folder = bench.tree.folder
    data = folder / ".make/coverage"
    data.parent.mkdir(exist_ok=True)
    data.unlink(missing_ok=True)
    if bench.tree.coverage(data, modules, tests) != 0:
        told = data.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
        failed = [line for line in told.splitlines() if line.startswith(("FAILED", "ERROR"))]
        raise RuntimeError("\n".join([f"{' '.join(tests)}: these tests fail even without a fault", *failed]))
    return {module: read_lines(data, folder / module) for module in modules}


def choose_near(suite: Suite, module: Module, line: int) -> Stage:
    """The nearest tests that ran a line; all of them where that can't be seen."""
    lines = suite.lines[module.path]
    runs = [order_tests(lines, line)]
    # What runs on import runs for no test, and any may use it.
    if module.path.startswith(IN_CHILDREN) or not lines.get(line):
        runs.append(list(suite.tests))
    return Stage("near", _freeze(runs), suite.seconds)


def choose_others(lines: Lines, near: Stage, line: int) -> Stage:
    """The other tests that ran a line, some of them at most, and the tests of whole commands."""
    asked = {test for tests in near.runs for test in tests}
    others = [test for test in order_tests(lines, line) if not asked & {test, test.partition("::")[0]}]
    return Stage("other", _freeze([others[:MOST_OTHERS], COMMANDS]), LONGEST_SECONDS_OF_OTHERS)


def _freeze(runs: Iterable[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(tests) for tests in runs if tests)


def list_parts() -> list[tuple[str, ...]]:
    """All tests in parts that can be measured one by one, but for those that tell little here."""
    entries = (path for path in (ROOT / "tests").iterdir() if path.is_dir() or path.match("test_*.py"))
    return [
        (path.relative_to(ROOT).as_posix(),)
        for path in sorted(entries)
        if path.name not in NO_PARTS and (path.is_file() or any(path.rglob("test_*.py")))
    ]


def merge(parts: Sequence[Mapping[str, Lines]], modules: Iterable[str]) -> Mapping[str, Lines]:
    """Which tests of all parts ran each line of the modules."""
    return {module: _unite([part[module] for part in parts]) for module in modules}


def _unite(parts: Iterable[Lines]) -> Lines:
    found: dict[int, frozenset[str]] = {}
    for lines in parts:
        for line, tests in lines.items():
            found[line] = found.get(line, frozenset()) | tests
    return found
