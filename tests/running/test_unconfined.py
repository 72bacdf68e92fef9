"""A case that nothing confines runs in the interpreter of a confined one, and is judged as there."""

import signal
from pathlib import Path
from typing import Any

import pytest

from panther_ci.model import JobResult, Outcome
from panther_ci.reporters.wording import what_happened
from panther_ci.running.unconfined import run_unconfined
from tests.family import descriptors


def debug(make: Any, root: Path, body: str, packages: str = "", **environ: str) -> JobResult:
    result = run_unconfined(make.job(f"import os, sys\n{body}"), root, packages, environ)
    assert result is not None
    return result


def holds(make: Any, root: Path, condition: str, before: str = "", **more: str) -> bool:
    """Whether a condition holds in a body, which runs this before."""
    result = debug(make, root, f"{before}\ndef rule(event):\n    return bool({condition})\n", **more)
    assert what_happened(result.cases[0]) in ("", "expected an alert, but rule() returned False")
    return result.cases[0].outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "condition",
    [
        "'site' not in sys.modules",
        "sys.stdout.write_through",
        "sys.dont_write_bytecode",
        "not [name for name in sys.path if os.path.isdir(name + '/panther_ci') and 'packages' not in name]",
        "os.getcwd() == ROOT",
        "(os.environ['TZ'], os.environ['HOME'], os.environ['A']) == ('UTC', '/home/a', 'a')",
        "os.environ['PYTHONBREAKPOINT'] == '0' and 'PYTHONSTARTUP' not in os.environ",
        "__import__('signal').getsignal(2) is __import__('signal').default_int_handler",
        "__import__('panther_core').PantherEvent is type(event)",
        "__import__('packaging').__file__",
        "__import__('tempfile').tempdir == '/tmp'",
    ],
)
def test_the_interpreter_is_that_of_a_confined_run(make: Any, tmp_path: Path, condition: str) -> None:
    environ = {"PYTHONBREAKPOINT": "0", "PYTHONSTARTUP": "/nowhere", "A": "a", "HOME": "/home/a", "TZ": "x"}
    assert holds(make, tmp_path, condition, f"ROOT = {str(tmp_path)!r}", **environ)


@pytest.mark.parametrize("name", ["picture", "debugged", "panther_core.picture"])
def test_a_body_does_not_find_our_own_modules(make: Any, tmp_path: Path, name: str) -> None:
    result = debug(make, tmp_path, f"import {name}\ndef rule(event):\n    return True\n")
    assert "ModuleNotFoundError" in what_happened(result.cases[0])


def test_a_package_is_found_where_packages_are(make: Any, tmp_path: Path) -> None:
    (tmp_path / "third.py").write_text("A = 1\n")
    root = tmp_path / "root"
    root.mkdir()
    assert holds(make, root, "third.A == 1 and sys.path[-1] != ''", "import third", packages=str(tmp_path))
    result = debug(make, root, "import third\ndef rule(event):\n    return True\n")
    assert "No module named 'third'" in what_happened(result.cases[0])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("def rule(event):\n    os._exit(5)", "the process ended without a result (exit code 5)"),
        ("def rule(event):\n    os.kill(os.getpid(), 9)", "the process was killed before it gave a result"),
        ("def rule(event):\n    sys.exit(0)", "rule() raised SystemExit: 0 at rules/a.py:3"),
        ("x = event\ndef rule(event):\n    return True", "importing rules/a.py raised NameError"),
        ("def rule(event:", "importing rules/a.py raised SyntaxError: '(' was never closed"),
        ("import time\ntime.rule = 1", "rules/a.py has no function rule()"),
        ("def rule(event):\n    return 1", "rule() returned 1 (int), not True or False"),
    ],
)
def test_what_goes_wrong_is_an_error_as_in_a_confined_run(
    make: Any, tmp_path: Path, body: str, why: str
) -> None:
    (case,) = debug(make, tmp_path, f"{body}\n").cases
    assert what_happened(case).startswith(why)
    assert case.outcome is not Outcome.PASSED


def test_what_a_body_raises_and_prints_is_seen_at_once(
    make: Any, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    result = debug(make, tmp_path, "def rule(event):\n    print('seen')\n    raise ValueError('x')\n")
    out, err = capfd.readouterr()
    head, place, *_ = err.splitlines()
    assert (out, head) == ("seen\n", "Traceback (most recent call last):")
    assert place.strip() == 'File "rules/a.py", line 4, in rule'
    assert result.cases[0].output == ""


def test_what_is_no_message_is_an_error(make: Any, tmp_path: Path) -> None:
    scribble = "\n    for end in range(3, 20):\n        try:\n            os.write(end, b'\\xff' * 9)\n"
    scribble += "        except OSError:\n            pass\n    return True\n"
    (case,) = debug(make, tmp_path, f"def rule(event):{scribble}").cases
    assert case.outcome is Outcome.ERRORED
    assert "malformed message" in what_happened(case)


def test_who_leaves_the_debugger_gets_no_result_and_nothing_is_left(make: Any, tmp_path: Path) -> None:
    before, left = signal.getsignal(signal.SIGINT), descriptors()
    body = "import bdb\ndef rule(event):\n    raise bdb.BdbQuit\n"
    assert run_unconfined(make.job(body), tmp_path, "", {}) is None
    assert signal.getsignal(signal.SIGINT) is before
    assert descriptors() == left


def test_a_job_may_be_larger_than_a_pipe(make: Any, tmp_path: Path) -> None:
    job = make.job("def rule(event):\n    return True\n", make.case({"a": "x" * 1_000_000}))
    result = run_unconfined(job, tmp_path, "", {"PYTHONHOME": "/nowhere"})
    assert result is not None
    assert result.cases[0].outcome is Outcome.PASSED


def test_detections_without_a_body_run_too(make: Any, tmp_path: Path) -> None:
    job = make.simple([{"KeyPath": "a", "Condition": "Equals", "Value": 1}], make.case({"a": 1}))
    result = run_unconfined(job, tmp_path, "", {})
    assert result is not None
    assert result.cases[0].outcome is Outcome.PASSED


def test_an_interrupt_is_ours_again_after_a_case(make: Any, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    debug(make, tmp_path, "def rule(event):\n    return True\n")
    assert signal.getsignal(signal.SIGINT) is before is not signal.SIG_IGN
