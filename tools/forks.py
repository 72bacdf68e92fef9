"""Runs tests in forks of a process that has loaded pytest and the libraries: `python -m tools.forks`.

Reads a line of JSON for each run, {"tests": […], "seconds": 60}, and answers with a line: its exit code, or
null if it took longer. The package and its tests are imported in the forks only, each of which sees them as
they are then.
"""

import compileall
import gc
import importlib
import json
import os
import select
import signal
import sys
import sysconfig
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from typing import TextIO

import pytest
from hypothesis import HealthCheck, Phase, settings

PROFILE = "forks"
OPTIONS = ("-q", "-x", "-p", "no:cacheprovider", f"--hypothesis-profile={PROFILE}")
# That a library is loaded already is no fault of a test.
LOADED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


def main() -> None:
    """Answer one line after the other."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    _prepare()
    questions = os.fdopen(os.dup(0), encoding="utf-8")
    os.dup2(nothing, 0)
    _answer(questions, answers)


def _prepare() -> None:
    """Take signals as a command of a terminal does, compile all code as it is, and load the libraries."""
    for number in (signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    settings.register_profile(
        PROFILE,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    compileall.compile_dir("panther_ci", quiet=2)
    with ProcessPoolExecutor(1, get_context("fork")) as pool:
        names = pool.submit(_collect).result()
    for name in names:
        with suppress(Exception):  # some are made by others
            importlib.import_module(name)
    # From here on, a mutant must not leave code behind.
    sys.dont_write_bytecode = True
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    gc.freeze()


def _collect() -> list[str]:
    """What is imported when all tests are collected, except for our own modules."""
    pytest.main([*OPTIONS, *LOADED, "--collect-only"])
    places = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"))
    files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    return [name for name, file in files.items() if file and file.startswith(places)]


def _answer(questions: TextIO, answers: TextIO) -> None:
    for question in questions:
        wanted = json.loads(question)
        answers.write(json.dumps(_run(wanted["tests"], wanted["seconds"])) + "\n")
        answers.flush()


def _run(tests: list[str], seconds: float) -> int | None:
    pid = os.fork()
    if pid == 0:
        _test(tests)
    process = os.pidfd_open(pid)
    try:
        ended = bool(select.select([process], [], [], seconds)[0])
        # A mutant may leave processes behind.
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    finally:
        os.close(process)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code if ended else None


def _test(tests: list[str]) -> None:
    """Run pytest and end this process."""
    code = 1
    try:
        os.setsid()
        os.dup2(1, 2)
        importlib.invalidate_caches()
        code = int(pytest.main([*OPTIONS, *LOADED, *tests]))
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
