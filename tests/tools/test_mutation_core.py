"""The run over our own code: what it chooses, what it makes of the tests, and what it asks of the page."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.family import runs, wait_for
from tools import mutation_core
from tools.core_modules import COMMANDS, NEAREST, ROOT, Module, list_modules
from tools.covering import order_tests, read_lines
from tools.mutation import Survivor
from tools.mutation_core import Trial, ask_others, choose, describe, read_equivalents, spread, try_mutant
from tools.suites import MOST_OTHERS, Stage, Suite, choose_near, choose_others, list_parts, measure, merge
from tools.trees import Bench, Tree, start_bench

MODULE = Module("panther_ci/judging/judge.py", ("tests/judging",))
PATH = "panther_ci/a.py"
A = Module(PATH, ("test_a.py",))


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
    return Trial(MODULE, Survivor(MODULE.path, 7, "_result", "a or b", after), "", noticed)


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
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A project of one module and its test, with the Python that runs this."""
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tmp_path / ".venv/bin/python").chmod(0o755)
    (tmp_path / "panther_ci").mkdir()
    (tmp_path / PATH).write_text("def f(x):\n    while x > 3:\n        x -= 1\n    return x\n")
    (tmp_path / "panther_ci/__init__.py").touch()
    (tmp_path / "test_a.py").write_text("from panther_ci.a import f\ndef test_f():\n    assert f(5) == 3\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (tmp_path / "tools").mkdir()
    for name in ("covering.py", "forks.py"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools")
    with start_bench(Tree(tmp_path)) as bench:
        yield bench


def try_code(bench, suite, line, code):
    changed = Trial(A, Survivor(PATH, line, "", "", ""), code)
    return try_mutant(bench, changed, choose_near(suite, A, line)).noticed


def test_a_mutant_is_noticed_if_a_test_fails(bench):
    suite = measure(bench, A.nearest, [PATH])
    before = (bench.tree.folder / PATH).read_bytes()
    assert suite.lines[PATH][3] == {"test_a.py::test_f"}
    assert try_code(bench, suite, 3, "def f(x):\n    return min(x, 3)\n") == ""
    assert try_code(bench, suite, 3, "def f(x):\n    return x\n") == "near"
    assert try_code(bench, suite, 3, "raise ValueError\n") == "near"
    assert (bench.tree.folder / PATH).read_bytes() == before
    assert bench.run(A.nearest, 60.0) == 0


def test_a_mutant_is_noticed_if_a_test_never_ends(bench):
    suite = Suite(A.nearest, 2.0, {PATH: {}})
    assert try_code(bench, suite, 3, "def f(x):\n    while True:\n        pass\n") == "near"


LEAVES = """import os, pathlib, time
def f(x):
    if left := os.fork():
        pathlib.Path("left").write_text(str(left))
        return 3
    time.sleep(600)
"""


def test_what_a_mutant_leaves_running_is_ended(bench):
    with bench.tree.change(PATH, LEAVES):
        assert bench.run(A.nearest, 60.0) == 0
    left = int((bench.tree.folder / "left").read_text())
    assert wait_for(lambda: not runs(left))


def test_what_runs_on_import_is_asked_of_tests_that_run_no_line_of_the_module(bench):
    code = "LIMIT = 7\n\n\ndef f(x):\n    return min(x, 3)\n"
    test = "from panther_ci import a\ndef test_limit():\n    assert a.LIMIT == 7\n"
    (bench.tree.folder / PATH).write_text(code)
    (bench.tree.folder / "test_b.py").write_text(test)
    suite = measure(bench, ("test_a.py", "test_b.py"), [PATH])
    assert try_code(bench, suite, 1, code.replace("7", "8")) == "near"


def test_a_mutant_that_gives_tests_other_names_is_asked_of_all_in_their_files(bench):
    test = "from panther_ci import a\n@pytest.mark.parametrize('x', [a.f(4)])\ndef test_f(x):\n    pass\n"
    (bench.tree.folder / "test_a.py").write_text("import pytest\n" + test)
    named = Stage("near", (("test_a.py::test_f[3]",),), 60.0)
    changed = Trial(A, Survivor(PATH, 3, "", "", ""), "def f(x):\n    return x\n")
    assert try_mutant(bench, changed, named).noticed == ""


def test_tests_that_fail_without_a_fault_tell_nothing(bench):
    (bench.tree.folder / "test_a.py").write_text("def test_f():\n    assert False\n")
    with pytest.raises(RuntimeError, match=r"fail even without a fault\nFAILED test_a.py::test_f"):
        measure(bench, ("test_a.py",), [PATH])


def test_what_fails_far_away_without_a_fault_is_left_out_and_said(bench, monkeypatch, capsys):
    test = "from panther_ci.a import f\ndef test_g():\n    assert f(1)\n"
    (bench.tree.folder / "test_b.py").write_text(test)
    (bench.tree.folder / "test_c.py").write_text("def test_h():\n    assert False\n")
    monkeypatch.setattr(mutation_core, "list_parts", lambda: [("test_b.py",), ("test_c.py",)])
    monkeypatch.setattr("tools.suites.COMMANDS", ())
    changed = Trial(A, Survivor(PATH, 4, "", "", ""), "def f(x):\n    return 0\n")
    nearest = {A.nearest: Suite(A.nearest, 60.0, {PATH: {4: frozenset({"test_a.py::test_f"})}})}
    assert [trial.noticed for trial in ask_others([bench], nearest, [changed])] == ["other"]
    told = capsys.readouterr().out
    assert "left out: test_c.py: these tests fail even without a fault\nFAILED test_c.py::test_h" in told


def test_the_tests_far_away_are_some_that_ran_most_of_a_module_and_whole_commands():
    lines = {1: frozenset({"a.py::x", *(f"b.py::{n}" for n in range(99))}), 2: frozenset({"b.py::98"})}
    near = Stage("near", (("a.py::x",), ("c.py",)), 60.0)
    few, commands = choose_others(lines, near, 1).runs
    assert (len(few), few[0], "a.py::x" in few, commands) == (MOST_OTHERS, "b.py::98", False, COMMANDS)
    assert choose_others(lines, Stage("near", (("b.py",),), 60.0), 2).runs == (COMMANDS,)


def test_all_tests_of_the_package_are_in_one_part():
    listed = [path for part in list_parts() for path in part]
    assert {"tests/specs", "tests/test_cli.py", "tests/repository"} <= set(listed)
    assert len(listed) == len(set(listed))
    parts = [{"a": {1: frozenset(names), 2: frozenset(names[1:])}} for names in ("xy", "z")]
    assert merge(parts, ["a"]) == {"a": {1: {"x", "y", "z"}, 2: {"y"}}}


def test_work_is_done_in_order_by_as_many_as_there_are():
    done = spread(["a", "b"], lambda bench, item: (bench in ("a", "b"), item), range(9))
    assert list(done) == [(True, item) for item in range(9)]
