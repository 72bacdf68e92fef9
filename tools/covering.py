"""A plugin of pytest that has coverage note which test runs, and the map from lines to tests made of that."""

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
    """The tests that ran each line of a module, by what coverage wrote."""
    measured = CoverageData(str(data))
    measured.read()
    return {
        line: frozenset(filter(None, tests))
        for line, tests in measured.contexts_by_lineno(str(module)).items()
    }


def order_tests(lines: Lines, line: int) -> list[str]:
    """The tests that ran a line, or any where none is known, those first that ran most of the module."""
    ran = Counter(test for tests in lines.values() for test in tests)
    return sorted(lines.get(line) or ran, key=lambda test: (-ran[test], test))
