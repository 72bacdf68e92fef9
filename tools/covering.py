"""A plugin of pytest that has coverage note which test runs, and the map from lines to tests made of that."""

import ast
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

Lines = Mapping[int, frozenset[str]]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """What runs from now on, runs for this test."""
    measuring = Coverage.current()
    if measuring is not None:
        measuring.switch_context(item.nodeid)


def read_lines(data: Path, module: Path) -> Lines:
    """The tests that ran each line of a module, by what coverage wrote.

    Lines outside of functions run for the test that happens to import the module first, so none is told.
    """
    measured = CoverageData(str(data))
    measured.read()
    inside = _find_inside(ast.parse(module.read_bytes()))
    return {
        line: frozenset(filter(None, tests)) if line in inside else frozenset()
        for line, tests in measured.contexts_by_lineno(str(module)).items()
    }


def _find_inside(tree: ast.Module) -> frozenset[int]:
    """The lines of the bodies of functions."""
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(
        line for node in functions for line in range(node.body[0].lineno, (node.end_lineno or 0) + 1)
    )


def order_tests(lines: Lines, line: int) -> list[str]:
    """The tests that ran a line, or any where none is known, those first that ran most of the module."""
    ran = Counter(test for tests in lines.values() for test in tests)
    return sorted(lines.get(line) or ran, key=lambda test: (-ran[test], test))
