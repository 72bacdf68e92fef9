"""The run over our own code: what it chooses, what it makes of the tests, and what it asks of the page."""

import ast
import shutil
import sys
from pathlib import Path

import pytest
from coverage import CoverageData

from tools.core_modules import NEAREST, ROOT, Module, list_modules
from tools.covering import order_tests, read_lines
from tools.mutants import Mutant
from tools.mutation_core import Trial, choose, describe, measure, read_equivalents, try_mutant
from tools.trees import Tree

MODULE = Module("panther_ci/judging/judge.py", ("tests/judging",))


def test_every_module_and_every_nearest_test_is_there():
    listed = [module.path for module in list_modules()]
    assert len(listed) == len(set(listed)) > len(NEAREST)
    assert {path for tests in NEAREST.values() for path in tests if not (ROOT / path).exists()} == set()
    assert all(any((ROOT / "panther_ci").glob(pattern)) for pattern in NEAREST)


def test_a_sample_is_the_same_for_the_same_seed():
    ours, others = ([str(each.line) + each.after for each in choose(MODULE, 9, seed)] for seed in (1, 2))
    assert ours == [str(each.line) + each.after for each in choose(MODULE, 9, 1)]
    assert (len(ours), ours != others) == (9, True)
    assert len(choose(MODULE, 0, 1)) == len(choose(MODULE, 10_000, 1)) > 50


def test_tests_that_ran_most_of_a_module_come_first():
    lines = {1: frozenset("abc"), 2: frozenset("bc"), 3: frozenset("c")}
    assert [order_tests(lines, line) for line in (1, 3)] == [["c", "b", "a"], ["c"]]
    assert order_tests(lines, 4) == ["c", "b", "a"]  # which tests ran it is not known


def test_no_test_is_told_to_have_run_what_runs_when_a_module_is_imported(tmp_path):
    module, data = tmp_path / "a.py", CoverageData(str(tmp_path / "data"))
    module.write_text("X = 1\ndef f(\n    x=X,\n):\n    return x\n")
    data.set_context("first")
    data.add_lines({str(module): [1, 2, 3, 5]})
    data.write()
    assert read_lines(tmp_path / "data", module) == {1: set(), 2: set(), 3: set(), 5: {"first"}}


def trial(noticed, after="b"):
    return Trial(MODULE, Mutant("_result", 7, "a or b", after, None), noticed)


ROW = "| panther_ci/judging/judge.py | _result | `a or b` | `b` | because |"


@pytest.mark.parametrize(
    ("trials", "told", "good"),
    [
        (["near"] * 19 + [""], "19 of 20 noticed (95.0%), 19 by the nearest tests (95.0%)", True),
        (["near"] * 18 + ["other", ""], "19 of 20 noticed (95.0%), 18 by the nearest tests (90.0%)", True),
        (["near"] * 17 + ["other"] * 3, "20 of 20 noticed (100.0%), 17 by the nearest tests (85.0%)", False),
        (["near"] * 18 + [""] * 2, "18 of 20 noticed (90.0%), 18 by the nearest tests (90.0%)", False),
    ],
)
def test_enough_has_to_be_noticed_and_most_of_it_near(trials, told, good):
    assert describe([trial(each) for each in trials], []) == (told, good)


def test_an_equivalent_mutant_does_not_count():
    tried = [trial("near"), trial(""), trial("", after="c")]
    rows = read_equivalents(f"# Title\n\n| file | in |\n{ROW}\n| globals/a.py | x |\n")
    assert rows == [ROW]
    told = "1 of 2 noticed (50.0%), 1 by the nearest tests (50.0%), 1 equivalent"
    assert describe(tried, rows) == (told, False)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A project of one module and its test, with the Python that runs this."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tmp_path / ".venv/bin/python").chmod(0o755)
    (tmp_path / "panther_ci").mkdir()
    (tmp_path / "panther_ci/a.py").write_text("def f(x):\n    while x > 3:\n        x -= 1\n    return x\n")
    (tmp_path / "panther_ci/__init__.py").touch()
    (tmp_path / "test_a.py").write_text("from panther_ci.a import f\ndef test_f():\n    assert f(5) == 3\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools/covering.py", tmp_path / "tools")
    return Tree(tmp_path)


@pytest.mark.parametrize(
    ("code", "noticed"),
    [
        ("def f(x):\n    return min(x, 3)\n", ""),
        ("def f(x):\n    return x\n", "near"),
        ("raise ValueError\n", "near"),
        ("def f(x):\n    while True:\n        pass\n", "near"),
    ],
)
def test_a_mutant_is_noticed_if_a_test_fails_or_runs_too_long(tree, code, noticed):
    module = Module("panther_ci/a.py", ("test_a.py",))
    suite = measure(tree, "a", module.nearest, module.path)
    assert suite.lines[3] == {"test_a.py::test_f"}
    before = (tree.folder / module.path).read_bytes()
    mutant = Mutant("f", 3, "", "", ast.parse(code))
    tried = try_mutant(tree, Trial(module, mutant), [suite._replace(seconds=5.0)])
    assert (tried.noticed, (tree.folder / module.path).read_bytes()) == (noticed, before)


def test_what_runs_on_import_is_asked_of_tests_that_run_no_line_of_the_module(tree):
    code = "LIMIT = 7\n\n\ndef f(x):\n    return min(x, 3)\n"
    test = "from panther_ci import a\ndef test_limit():\n    assert a.LIMIT == 7\n"
    (tree.folder / "panther_ci/a.py").write_text(code)
    (tree.folder / "test_b.py").write_text(test)
    module = Module("panther_ci/a.py", ("test_a.py", "test_b.py"))
    suite = measure(tree, "a", module.nearest, module.path)
    mutant = Mutant("LIMIT", 1, "7", "8", ast.parse(code.replace("7", "8")))
    assert try_mutant(tree, Trial(module, mutant), [suite]).noticed == "near"


def test_tests_that_fail_without_a_fault_tell_nothing(tree):
    (tree.folder / "test_a.py").write_text("def test_f():\n    assert False\n")
    with pytest.raises(RuntimeError, match="fail even without a fault"):
        measure(tree, "a", ("test_a.py",), "panther_ci/a.py")
