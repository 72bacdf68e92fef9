"""What comes back from bodies costs the host little, whatever it is; and a body can speak for itself only."""

import time
from typing import Any

import pytest

from panther_ci.judging.body_errors import body_error
from panther_ci.judging.field_hints import add_nearest
from panther_ci.judging.observations import Raised
from panther_ci.model import FieldRead, Job, JobResult
from panther_ci.running.settings import RunSettings
from tests.hostile.stage import FOLLOWER, make_job
from tests.runs import run_jobs

GOOD, BAD = {"user": "root"}, {"user": "other"}
# Finds the pipe of results and writes frames there before the engine does.
FORGE = """
import os, json, stat

def say(*messages):
    for number in range(3, 64):
        try:
            if stat.S_ISFIFO(os.fstat(number).st_mode):
                for message in messages:
                    data = message if type(message) is bytes else json.dumps(message).encode()
                    os.write(number, len(data).to_bytes(4, "big") + data)
        except OSError:
            continue

def case(job, index=0, text="True"):
    seen = {"matcher": {"type": "bool", "text": text}, "functions": {}, "reads": [], "output": ""}
    return {"job": job, "case": index, "seconds": 0.1, **seen}
"""
FORGED = {
    "a verdict for every other job": "[say(case(job)) for job in range(100)]",
    "the end of every job": "[say({'job': job, 'done': True, 'leak': ''}) for job in range(100)]",
    "a whole run of another job": (
        "[say({'job': n, 'loaded': None, 'output': ''}, case(n), {'job': n, 'done': True, 'leak': ''})"
        " for n in range(100)]"
    ),
    "a frame that is too long": "os.write(4, b'\\xff' * 4); say(b'x')",
    "no JSON": "say(b'{')",
    "no object": "say(b'[]')",
    "deep nesting": "say(b'[' * 100_000)",
    "a number of a million digits": "say(b'{\"job\": ' + b'9' * 1_000_000 + b'}')",
    "half of a pair of surrogates": 'say(b\'{"job": 1, "loaded": "\\\\ud800"}\')',
    "zeros without end": "[say(bytes(60_000)) for _ in range(1000)]",
    "what makes no sense after the end": "say({'job': 1, 'done': True}, {'job': 1, 'done': True})",
}


def judge(*jobs: Job, **settings: Any) -> dict[str, JobResult]:
    """The results by the name of the job."""
    settings = {"timeout_seconds": 1.5, **settings}
    return {result.path.removesuffix(".yml"): result for result in run_jobs(jobs, RunSettings(**settings))}


@pytest.mark.parametrize("name", FORGED)
def test_forged_frames_reach_no_other_detection(name: str) -> None:
    body = FORGE + f"def rule(event):\n    {FORGED[name]}\n    return False\n"
    others = [make_job(f"good {n}", FOLLOWER, GOOD) for n in range(4)]
    others += [make_job(f"bad {n}", FOLLOWER, BAD) for n in range(4)]
    begun = time.monotonic()
    results = judge(*others[:4], make_job("attack", body, GOOD), *others[4:])
    assert time.monotonic() - begun < 60
    assert {results[f"good {n}"].cases[0].outcome for n in range(4)} == {"passed"}
    assert {results[f"bad {n}"].cases[0].outcome for n in range(4)} == {"failed"}
    assert results["attack"].cases[0].outcome == "errored"


def test_a_body_can_forge_its_own_verdict_and_no_more() -> None:
    """The residual risk that SECURITY.md names: the same as to return that value."""
    forge = "import sys\nframe = sys._getframe()\nwhile type(frame.f_locals.get('job')) is not dict:\n"
    forge += "    frame = frame.f_back\n"
    body = (
        f"{FORGE}{forge}n = frame.f_locals['job']['job']\n"
        "say({'job': n, 'loaded': None, 'output': ''}, case(n), {'job': n, 'done': True, 'leak': ''})\n"
        "os._exit(0)\n"
    )
    results = judge(make_job("attack", body, GOOD), make_job("bad", FOLLOWER, BAD))
    assert results["attack"].cases[0].outcome == "passed"
    assert results["bad"].cases[0].outcome == "failed"


def test_a_body_holds_its_two_pipes_and_nothing_else_of_the_host() -> None:
    body = """
import os, stat

def rule(event):
    kinds = []
    for number in range(1024):
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue
        kinds.append("pipe" if stat.S_ISFIFO(mode) else "device" if stat.S_ISCHR(mode) else "other")
    print("HOLDS", sorted(kinds))
    return True
"""
    (case,) = judge(make_job("look", body, GOOD))["look"].cases
    assert case.output == f"HOLDS {['device'] * 3 + ['pipe'] * 2}\n"


def test_a_hostile_helper_reaches_no_detection_that_does_not_load_it() -> None:
    helper = (
        "import re, json, builtins\nre.search = json.loads = lambda *a, **k: None\n"
        "builtins.len = lambda *a: 0\ndef safe(): return True\n"
    )
    user = make_job("user", "import helping\ndef rule(event):\n    return helping.safe()\n", GOOD)
    source = type(user.body)("helping", "helping.py", helper.encode())
    user = Job(user.spec, user.body, (source,), group=frozenset(["helping.py"]))
    others = [make_job(f"shared {n}", FOLLOWER, GOOD, changed=False) for n in range(6)]
    others += [make_job(f"shared bad {n}", FOLLOWER, BAD, changed=False) for n in range(6)]
    results = judge(*others[:6], user, *others[6:])
    assert {results[f"shared {n}"].cases[0].outcome for n in range(6)} == {"passed"}
    assert {results[f"shared bad {n}"].cases[0].outcome for n in range(6)} == {"failed"}


def test_hints_about_fields_take_bounded_time() -> None:
    names = ["ab" * 31 + f"{number:03}"[-2:] for number in range(100)]
    huge = {f"{name}{number}": 1 for number in range(500) for name in names}
    begun = time.process_time()
    for event in (dict.fromkeys(names, 1), huge):
        add_nearest([FieldRead("rule", (name.upper() + "x",), "", False) for name in names], event)
    assert time.process_time() - begun < 3


def test_the_lines_of_a_long_body_are_sought_once() -> None:
    text = b"def rule(event):\n    return down(0)\n" + b"# x\n" * 100_000
    job = make_job("long", text.decode(), GOOD)
    frames = tuple(("long.py", line, "rule") for line in range(1, 21))
    begun = time.process_time()
    for _ in range(1000):
        error = body_error(job, Raised("ValueError", "", frames))
    assert time.process_time() - begun < 3
    assert "long.py:2 in rule\n    return down(0)" in error.traceback


@pytest.mark.parametrize(("line", "told"), [(10**20, 2), (3, 2), (2, 2), (0, None), (-1, None)])
def test_no_report_names_a_line_that_no_file_has(line: int, told: int | None) -> None:
    """A process may say any number, and whoever reads a report need not take it."""
    job = make_job("short", "def rule(event):\n    return event.x\n", GOOD)
    place = body_error(job, Raised("AttributeError", "", (("short.py", line, "rule"),))).location
    assert (place.line if place else None) == told
