"""The line at which a function returned, in the run that explains what went wrong."""

import ast
import sys
import textwrap
from typing import Any

import pytest

from panther_ci.running.confined.engine.trace import Trace
from panther_ci.running.runner import FEW_TASKS

BRANCHES = """
def rule(event):
    if event.get("a"):
        return (
            event["a"] == 2 and
            event["b"] == 3
        )
    for item in event["list"]:
        with item["context"]:
            return False
    return None
"""
OTHERS = {
    "a helper": ("import help\ndef rule(event):\n    if event: pass\n    return help.false()\n", 4),
    "recursion": (
        "def rule(event, n=3):\n    if n:\n        return rule(event, n - 1)\n    return False\n",
        3,
    ),
    "a lambda": ("rule = (\n    lambda event:\n    False)\n", 2),
    "a decorator of another file": ("import help\n@help.same\ndef rule(event):\n    return False\n", 4),
    "functions that it calls": (
        "def f():\n    return 1\ndef rule(event):\n    return f() == 2\ndef g(): ...\n",
        4,
    ),
    "a generator": (
        "def each():\n    yield 1\n    yield 2\ndef rule(event):\n    return any(x > 3 for x in each())\n",
        5,
    ),
    "its own profiler": (
        "import sys\nsys.setprofile(lambda *a: None)\ndef rule(event):\n    return False\n",
        3,
    ),
    "a profiler of its call": (
        "import sys\ndef rule(event):\n    sys.setprofile(None)\n    return False\n",
        2,
    ),
}
HELP = "def same(call):\n    def other(event):\n        return call(event)\n    return other\n"
HELP += "def false():\n    return False\n"


@pytest.mark.parametrize(("event", "line"), [({"a": 1}, 4), ({"a": 2, "b": 1}, 4), ({"list": []}, 11)])
def test_the_return_that_was_taken_is_named(make: Any, run: Any, event: Any, line: int) -> None:
    (case,) = run(make.job(BRANCHES, make.case(event)))["a"].cases
    assert str(case.returned_at) == f"rules/a.py:{line}"


@pytest.mark.parametrize("name", OTHERS)
def test_it_is_one_of_the_body_whatever_it_is_made_of(make: Any, run: Any, name: str) -> None:
    body, line = OTHERS[name]
    (case,) = run(make.job(body, helpers=(make.helper("help", HELP),)))["a"].cases
    assert (case.outcome, str(case.returned_at)) == ("failed", f"rules/a.py:{line}")


def test_the_return_of_the_function_that_is_to_blame_is_named(make: Any, run: Any) -> None:
    body = "def policy(resource):\n    return False\ndef dedup(resource):\n    return ''\n"
    body += "def title(resource):\n    return 5\n"
    (case,) = run(make.policy(body, make.case(expected=False)))["a"].cases
    assert str(case.returned_at) == "rules/a.py:6"


def test_a_profiler_that_a_traced_run_left_reaches_no_other_detection(make: Any, run: Any) -> None:
    leave = "import sys\ndef rule(event):\n    if event._recorder:\n        sys.setprofile(lambda *a: None)\n"
    jobs = [make.job(f"{leave}    return False\n", name="leaves", group=frozenset())]
    plain = "def rule(event):\n    return False\n"
    jobs += [make.job(plain, name=f"n{number}", group=frozenset()) for number in range(FEW_TASKS + 8)]
    results = run(*jobs)
    del results["leaves"]
    assert {result.cases[0].returned_at.line for result in results.values()} == {2}


def test_nothing_is_noted_unless_it_is_asked_for_and_the_profiler_is_taken_away() -> None:
    namespace: dict[str, Any] = {}
    body = textwrap.dedent("""
        import sys
        def rule(event):
            return sys.getprofile()
        """)
    exec(compile(body, "a.py", "exec"), namespace)
    off, on = Trace("a.py", on=False), Trace("a.py", on=True)
    assert (off.call("rule", namespace["rule"], {}), off.lines, off.recorder) == (None, {}, None)
    assert on.recorder is on.reads
    assert on.call("rule", namespace["rule"], {}) is not None
    assert (on.lines, namespace["rule"]({})) == ({"rule": 4}, None)


def test_a_profiler_that_a_call_sets_stays() -> None:
    def own(*_: Any) -> None: ...

    try:
        Trace("a.py", on=True).call("rule", sys.setprofile, own)
        assert sys.getprofile() is own
    finally:
        sys.setprofile(None)


def test_code_that_was_made_without_lines_returns_at_none_of_the_source() -> None:
    tree = ast.parse("def rule(event):\n    return False\n")
    for node in ast.walk(tree):
        if hasattr(node, "lineno"):
            vars(node).update(lineno=-1, end_lineno=-1, col_offset=-1, end_col_offset=-1)
    namespace: dict[str, Any] = {}
    exec(compile(tree, "a.py", "exec"), namespace)
    trace = Trace("a.py", on=True)
    assert (trace.call("rule", namespace["rule"], {}), trace.lines) == (False, {"rule": 0})
