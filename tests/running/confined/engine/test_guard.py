"""Detections that share a process don't see what others left behind."""

import json
import subprocess
import sys
from typing import Any

import pytest

from panther_ci.model import Outcome
from panther_ci.reporters.wording import what_happened
from panther_ci.running.confined.engine.reach import reaches_unseen
from panther_ci.running.machine import processors
from panther_ci.running.processes import Child
from panther_ci.running.runner import FEW_TASKS, MOST_SENT
from panther_ci.running.zygotes import Zygotes
from tests.running.confined.engine.leaks import LEAKS, PROLOGUE

GOOD = "def rule(event):\n    return True\n"
# Runs what a row leaves and asks what it shows, each row in a process of its own, with nothing that guards.
UNGUARDED = """
import json, os, resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
class Event:
    pass
def lasts(bodies):
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1] == 0
    try:
        for number, body in enumerate(bodies):
            names = {"__name__": f"body {number}"}
            exec(body, names)
            seen = names["rule"](Event())
        os._exit(0 if seen else 1)
    finally:
        os._exit(2)
for name, (leave, ask) in json.load(sys.stdin).items():
    if lasts([ask]) or not lasts([leave, ask]):
        print(name)
"""


def leaver(row: str) -> str:
    leave = LEAKS[row][0]
    return leave if "def rule" in leave else f"{leave}\n{GOOD}"


def asker(row: str) -> str:
    return f"{PROLOGUE}\ndef rule(event):\n    return bool({LEAKS[row][1]})\n"


@pytest.mark.usefixtures("one_processor")
@pytest.mark.parametrize("package", ["", "import third\n"], ids=["plain", "packages"])
def test_what_one_leaves_the_next_does_not_see(make: Any, run: Any, tmp_path: Any, package: str) -> None:
    # With a module that packages had imported before, that it is new is no sign of a change.
    (tmp_path / "third.py").write_text(
        "import atexit, csv, decimal, faulthandler, random, socket, tracemalloc\n"
    )
    tmp_path.chmod(0o755)
    jobs = [
        job
        for row in LEAKS
        for job in (
            make.job(package + leaver(row), name=f"leaves {row}", group=frozenset()),
            make.job(
                package + asker(row), make.case(expected=False), name=f"asks for {row}", group=frozenset()
            ),
        )
    ]
    results = run(*jobs, module_path=str(tmp_path))
    seen = {name: what_happened(case) for name, result in results.items() for case in result.cases}
    assert {name: words for name, words in seen.items() if words} == {}


def test_each_would_see_it_if_nothing_guarded() -> None:
    rows = {row: (leaver(row), asker(row)) for row in LEAKS}
    done = subprocess.run(
        [sys.executable, "-c", UNGUARDED], input=json.dumps(rows), capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert len(LEAKS) > 55


@pytest.mark.parametrize(
    "use",
    [
        "import colorsys",
        "import threading",  # Python renews its locks in each process it forks
        "import logging; logging.getLogger(__name__).error('x'); logging.info('y')",
        "import re, random; re.sub(str(random), 'b', 'c'); re.compile('x', re.I | re.S | re.X)",
        "import datetime; datetime.datetime.strptime('2024', '%Y'); b'x'.decode('utf-16-le', 'replace')",
        "import collections.abc; class_ = type('X', (collections.abc.Mapping,), {}); isinstance([], class_)",
        "import ipaddress; ipaddress.ip_network('10.1.0.0/17').subnet_of(ipaddress.ip_network('10.0.0.0/9'))",
        "import ipaddress; ipaddress.ip_network('2001:db8::/33')",
        "import os, re; re.sub('a', r'[\\g<0>]' + str(os.getpid() + id(event)), 'a')",
    ],
)
def test_harmless_detections_share_a_process(make: Any, run: Any, use: str) -> None:
    assert shares(make, run, use)


def test_asking_a_logger_of_a_package_is_harmless(make: Any, run: Any, tmp_path: Any) -> None:
    (tmp_path / "third.py").write_text("import logging\nlog = logging.getLogger('third')\n")
    tmp_path.chmod(0o755)
    assert shares(make, run, "import third; third.log.isEnabledFor(10)", module_path=str(tmp_path))


def test_what_a_detection_imports_of_the_repository_goes_with_it(make: Any, run: Any) -> None:
    body = "import os, extra\ndef rule(event):\n    print(os.getpid())\n    return False\n"
    shared = make.helper("extra", "A = 1\n")
    jobs = [
        make.job(body, name=f"r{n}", group=frozenset(), helpers=(shared,))
        for n in range(FEW_TASKS + 12 * processors())
    ]
    pids = {case.output for result in run(*jobs).values() for case in result.cases}
    assert len(pids) <= 3 * processors()


@pytest.mark.parametrize("place", ["None", "object()", "Odd", "Odd()"])
def test_a_package_may_put_anything_in_the_place_of_a_module(
    make: Any, run: Any, tmp_path: Any, place: str
) -> None:
    (tmp_path / "third.py").write_text(f"import sys\nclass Odd:\n    a = 1\nsys.modules['odd'] = {place}\n")
    tmp_path.chmod(0o755)
    assert shares(make, run, "import third", module_path=str(tmp_path))


def test_a_glance_sees_a_change_of_what_is_in_the_place_of_a_module() -> None:
    text = (
        "import sys\nfrom panther_ci.running.confined.engine.guard import Guard\n"
        "class Odd:\n    def __init__(self):\n        self.a = 1\n"
        "odd = sys.modules['odd'] = Odd()\nguard = Guard([])\nguard.begin(wary=False)\n"
        "before = guard.glance(False).leak\nodd.a = 2\nprint([before, guard.glance(False)])"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout == "['', Look(leak='a module was changed', looked=False)]\n"


def test_who_is_wary_looks_at_everything_four_times_as_often() -> None:
    text = (
        "from panther_ci.running.confined.engine.guard import Guard\nguard = Guard([])\n"
        "for wary in (True, False):\n    guard.begin(wary)\n"
        "    print(next(n for n in range(1000) if guard.glance(False).looked))"
    )
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    wary, trusting = map(int, done.stdout.split())
    assert 4 * wary <= trusting < 4 * (wary + 1)
    assert wary > 3


def test_processes_are_wary_once_a_look_at_everything_has_found_a_change(
    make: Any, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def fork(zygotes: Zygotes, *arguments: Any) -> Child:
        asked.append(arguments[-1])
        return real(zygotes, *arguments)

    real = Zygotes.fork
    monkeypatch.setattr(Zygotes, "fork", fork)
    row = "a dictionary of texts"
    bodies = [GOOD if n else leaver(row) for n in range(2 * processors() * FEW_TASKS)]
    run(*(make.job(body, name=f"r{n}", group=frozenset()) for n, body in enumerate(bodies)))
    assert set(asked[: processors()]) == {False}
    assert asked[-1] is True


def shares(make: Any, run: Any, use: str, **settings: Any) -> bool:
    """Whether detections that do this run one after the other in a process."""
    body = f"import os\ndef rule(event):\n    {use}\n    print(os.getpid())\n    return False\n"
    at_once = processors()
    jobs = [make.job(body, name=f"r{n}", group=frozenset()) for n in range(FEW_TASKS + 12 * at_once)]
    pids = {case.output for result in run(*jobs, **settings).values() for case in result.cases}
    assert "" not in pids
    return len(pids) <= 3 * at_once


def test_a_process_is_replaced_before_it_has_grown_large(make: Any, run: Any) -> None:
    body = "import os\ndef rule(event):\n    print(os.getpid())\n    return False\n#" + "x" * (MOST_SENT // 8)
    number = max(FEW_TASKS + 4, 10 * processors())
    jobs = [make.job(body + f"{n}", name=f"r{n}", group=frozenset()) for n in range(2 * number)]
    pids = {case.output for result in run(*jobs).values() for case in result.cases}
    assert processors() < len(pids) < number


def test_changed_detections_do_not(make: Any, run: Any) -> None:
    body = "import os\ndef rule(event):\n    print(os.getpid())\n    return False\n"
    pids = {
        result.cases[0].output for result in run(*(make.job(body, name=f"r{n}") for n in range(6))).values()
    }
    assert len(pids) == 6


def test_a_crash_among_others_is_tried_again_alone(make: Any, run: Any) -> None:
    left = "import atexit, os\nos.counted = 0\ndef rule(event):\n    return True\n"
    crash = "import os\ndef rule(event):\n    os._exit(0)\n"
    jobs = [make.job(crash if n % 3 else left, name=f"r{n}", group=frozenset()) for n in range(24)]
    outcomes = [run_result.cases[0].outcome for run_result in run(*jobs).values()]
    assert (outcomes.count(Outcome.PASSED), outcomes.count(Outcome.ERRORED)) == (8, 16)


@pytest.mark.parametrize(
    ("text", "unseen"),
    [
        ("import json\njson.loads = None", False),
        ("import ctypes", True),
        ("import os.path\ndef f():\n    def g():\n        os.putenv('A', '1')", True),
        ("x = 'ctypes'", False),
        ("x = getattr(event, 'get')", False),
        ("x = getattr(os, 'put' + 'env')", True),
        ("x = __import__('ctypes.util')", True),
        ("import re\nre._cache.clear()", True),
        ("import re\n_cache = {}\ndef f():\n    return _cache", False),
        ("class A:\n    def __init__(self):\n        self._cache = {}", False),
    ],
)
def test_code_that_reaches_what_can_not_be_seen_is_known(text: str, unseen: bool) -> None:
    assert reaches_unseen(compile(text, "x", "exec")) is unseen


@pytest.mark.parametrize(
    "use",
    [
        *("import _ctypes", "import cffi", "ffi = cffi.FFI()", "gc.get_objects()", "gc.get_referrers(x)"),
        *("sys.addaudithook(x)", "signal.siginterrupt(2, True)", "os.unsetenv('A')", "os.umask(0)"),
        *("resource.setrlimit(7, x)", "syslog.openlog('x')", "sqlite3.enable_callback_tracebacks(True)"),
        *("linecache.lazycache('x', {})", "re._cache2.clear()", "ipaddress._BaseV4._netmask_cache.clear()"),
        *("_strptime._regex_cache.clear()", "http.HTTPStatus._value2member_map_.clear()"),
        "sys.path_importer_cache.clear()",
    ],
)
def test_what_can_not_be_asked_for_or_is_a_cache_can_not_be_seen(use: str) -> None:
    assert reaches_unseen(compile(use, "x", "exec"))


@pytest.mark.parametrize(
    "use",
    [
        *("getattr(os, {})", "setattr(os, {}, 1)", "delattr(os, {})", "os.__getattribute__({})"),
        *("x.__getattr__({})", "x.__setattr__({}, 1)", "x.__delattr__({})", "attrgetter({})(os)"),
        *("methodcaller({})(os)", "exec({})", "eval({})", "vars(os)[{}]", "globals()[{}]", "locals()[{}]"),
        *("os.__dict__[{}]", "f.__globals__[{}]", "__import__({})", "importlib.import_module({})"),
        *("frame.f_globals[{}]", "frame.f_builtins[{}]", "sys.modules[{}]", "inspect.getmodule({})"),
        "gc.get_referents({})",
    ],
)
def test_a_text_may_become_a_name(use: str) -> None:
    assert reaches_unseen(compile(use.format("'putenv'"), "x", "exec"))
    assert not reaches_unseen(compile(use.format("'getenv'"), "x", "exec"))
