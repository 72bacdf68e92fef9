"""Detections that share a process don't see what others left behind."""

from typing import Any

import pytest

from panther_ci.model import Outcome
from panther_ci.reporters.wording import what_happened
from panther_ci.running.confined.engine.guard import changes_attributes
from panther_ci.running.machine import processors

LEAVE = {
    "a function of a library": "import json\njson.loads = None",
    "a class of a library": "import json\njson.JSONEncoder.default = None",
    "a builtin": "import builtins\nbuiltins.hex = None",
    "a new module": "import sys, types\nsys.modules['colorsys'] = types.ModuleType('colorsys')",
    "a lost module": "import sys, json\ndel sys.modules['json']",
    "the environment": "import os\nos.environ['LEFT'] = '1'",
    "the path": "import sys\nsys.path.append('/left')",
    "a limit": "import sys\nsys.setrecursionlimit(50)",
    "a precision": "import decimal\ndecimal.getcontext().prec = 2",
    "a logger": "import logging\nlogging.root.setLevel(1)",
    "a filter": "import warnings\nwarnings.simplefilter('error')",
}
PROBE = """
import builtins, decimal, json, logging, os, sys, warnings
def deep(n):
    return n and deep(n - 1)
def rule(event):
    import colorsys
    deep(200)
    return (
        len(json.dumps({"a": 1})) == 8 and json.loads("1") == 1 and json.JSONEncoder.default is not None
        and hex(1) == "0x1" and bool(colorsys.rgb_to_hsv) and "LEFT" not in os.environ
        and "/left" not in sys.path and decimal.getcontext().prec == 28 and logging.root.level == 30
        and warnings.filters[0][0] != "error"
    )
"""


@pytest.mark.parametrize("what", LEAVE)
def test_what_one_leaves_the_next_does_not_see(make: Any, run: Any, what: str) -> None:
    leave = f"{LEAVE[what]}\ndef rule(event):\n    return True\n"
    jobs = [
        make.job(leave if n % 2 else PROBE, name=f"r{n}", group=frozenset()) for n in range(6 * processors())
    ]
    messages = {what_happened(case) for result in run(*jobs).values() for case in result.cases}
    assert messages == {""}


# Python renews the locks of `threading` in each process it forks, which is nobody's leak.
@pytest.mark.parametrize("module", ["json", "threading"])
def test_harmless_detections_share_a_process(make: Any, run: Any, module: str) -> None:
    body = (
        f"import os, {module}\ndef rule(event):\n    import colorsys\n"
        "    print(os.getpid())\n    return False\n"
    )
    at_once = processors()
    jobs = [make.job(body, name=f"r{n}", group=frozenset()) for n in range(6 * at_once)]
    pids = {case.output for result in run(*jobs).values() for case in result.cases}
    assert 1 <= len(pids) <= 3 * at_once


def test_changed_detections_do_not(make: Any, run: Any) -> None:
    body = "import os\ndef rule(event):\n    print(os.getpid())\n    return False\n"
    pids = {
        result.cases[0].output for result in run(*(make.job(body, name=f"r{n}") for n in range(6))).values()
    }
    assert len(pids) == 6


def test_a_crash_among_others_is_tried_again_alone(make: Any, run: Any) -> None:
    left = "import atexit, os\nos.counted = 0\ndef rule(event):\n    return True\n"
    crash = "import os\ndef rule(event):\n    os._exit(0)\n"
    jobs = [make.job(crash if n % 3 else left, name=f"r{n}", group=frozenset()) for n in range(9)]
    outcomes = [run_result.cases[0].outcome for run_result in run(*jobs).values()]
    assert (outcomes.count(Outcome.PASSED), outcomes.count(Outcome.ERRORED)) == (3, 6)


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("a = 1\ndef f(x):\n    return x.y", False),
        ("class A:\n    def __init__(self):\n        self.x = 1", True),
        ("def f():\n    def g():\n        del a.b", True),
        ("setattr(a, 'b', 1)", True),
        ("a.__dict__.update(b=1)", True),
        ("x['a'] = 1", False),
    ],
)
def test_code_that_sets_attributes_is_known(text: str, changes: bool) -> None:
    assert changes_attributes(compile(text, "x", "exec")) is changes
