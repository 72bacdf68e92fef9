"""Hostile and broken bodies: none is accepted, and all others are judged all the same."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import panther_ci
from panther_ci.model import JobResult, Outcome
from panther_ci.reporters.wording import what_happened
from panther_ci.running.machine import processors
from panther_ci.running.runner import Runner
from panther_ci.running.settings import RunSettings
from tests.family import children_of, family_of, runs, wait_for
from tests.jobs import SHARING
from tests.runs import run_jobs

GOOD = "def rule(event):\n    return event['a'] == 1\n"
EQUAL_TO_ALL = "class Any:\n    __eq__ = lambda self, other: True\n    __bool__ = lambda self: True\n"
BAD = {
    "raises": (
        "def rule(event):\n    return event['userIdentity']\n",
        "rule() raised KeyError: 'userIdentity'",
    ),
    "exits": (
        "import os\ndef rule(event):\n    os._exit(0)\n",
        "the process ended without a result (exit code 0)",
    ),
    "exits at import": (
        "import sys\nsys.exit(0)\n",
        "importing rules/a.py raised SystemExit: 0 at rules/a.py:2",
    ),
    "returns 1": ("def rule(event):\n    return 1\n", "rule() returned 1 (int), not True or False"),
    "returns nothing": ("def rule(event):\n    pass\n", "rule() returned None, not True or False"),
    "pleases": (
        EQUAL_TO_ALL + "def rule(event):\n    return Any()\n",
        "rule() returned <__detection__.Any object> (Any)",
    ),
    "is named bool": (
        "class bool(int):\n    __repr__ = lambda self: 'True'\ndef rule(event):\n    return bool(1)\n",
        "rule() returned True (class bool), not True or False",
    ),
    "is named NoneType": (
        "class NoneType:\n    __repr__ = lambda self: 'None'\ndef rule(event):\n    return NoneType()\n",
        "rule() returned None (class NoneType), not True or False",
    ),
    "is wrong": ("def rule(event):\n    return False\n", "expected an alert, but rule() returned False"),
    "is a signal": ("import ctypes\ndef rule(event):\n    ctypes.string_at(0)\n", "(killed by SIGSEGV)"),
    "has no matcher": ("def policy(resource):\n    return True\n", "rules/a.py has no function rule()"),
    "is no Python": (
        "def rule(event:\n",
        "importing rules/a.py raised SyntaxError: '(' was never closed at rules/a.py:1",
    ),
    "is binary": ("\0", "importing rules/a.py raised"),
    "breaks what answers": (
        "import sys\nsys.modules['panther_ci.running.protocol'].send = None\ndef rule(event):\n    pass\n",
        "the process ended without a result (exit code 1)",
    ),
    "closes its pipes": (
        "import os\ndef rule(event):\n    os.closerange(0, 64)\n    return True\n",
        "the process ",
    ),
    "recurs": ("def rule(event):\n    return rule(event)\n", "rule() raised RecursionError"),
    "stops generators": (
        "def rule(event):\n    raise GeneratorExit\n",
        "rule() raised GeneratorExit at rules/a.py:2",
    ),
    "returns what can't be printed": (
        "def rule(event):\n    return 10 ** 10_000\n",
        "rule() returned an object (int), not True or False",
    ),
    "can't be printed": (
        "class E(Exception):\n    def __str__(self):\n        raise self\ndef rule(event):\n    raise E\n",
        "rule() raised E at rules/a.py:5",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_body_is_never_accepted(make: Any, outcome: Any, name: str) -> None:
    body, wanted = BAD[name]
    became, message = outcome(make.job(body))
    assert became in (Outcome.FAILED, Outcome.ERRORED)
    assert wanted in message


@pytest.mark.parametrize("grouped", [True, False])
def test_all_others_are_judged_all_the_same(make: Any, run: Any, grouped: bool) -> None:
    def group(name: str) -> frozenset[str]:
        return frozenset([name] if grouped else [])

    bad = [make.job(body, name=name, group=group(name)) for name, (body, _) in BAD.items()]
    good = [
        make.job(GOOD, make.case({"a": 1}), name=f"good {n}", group=group(f"good {n}"))
        for n in range(len(bad))
    ]
    results = run(*(job for pair in zip(bad, good, strict=True) for job in pair))
    passed = {name for name, result in results.items() if result.cases[0].outcome is Outcome.PASSED}
    assert passed == {job.spec.id for job in good}


def test_a_loop_ends_at_the_deadline_and_keeps_what_came_before(make: Any, run: Any) -> None:
    loop = "while event['a'] == 2:"
    body = f"def rule(event):\n    {loop}\n        pass\n    return True\n"
    begun = time.monotonic()
    job = make.job(body, make.case({"a": 1}), make.case({"a": 2}, name="loops"), make.case({"a": 1}))
    cases = run(job, timeout_seconds=2)["a"].cases
    assert [case.outcome for case in cases] == [Outcome.PASSED, Outcome.ERRORED, Outcome.ERRORED]
    assert what_happened(cases[1]).startswith("ran longer than 2 s; it was at rules/a.py:")
    assert what_happened(cases[2]) == "not run: `loops` used up the detection's 2 s"
    assert cases[1].error is not None
    assert cases[1].error.traceback in ("rules/a.py:3 in rule\n    pass", f"rules/a.py:2 in rule\n    {loop}")
    assert time.monotonic() - begun < 20


def test_a_body_that_stops_its_alarm_is_ended_all_the_same(make: Any, outcome: Any) -> None:
    body = "import signal, time\ndef rule(event):\n    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n"
    body += "    while True:\n        time.sleep(9)\n"
    assert outcome(make.job(body), timeout_seconds=0.5) == (Outcome.ERRORED, "ran longer than 0.5 s")


@pytest.mark.parametrize(
    ("end", "first", "second"),
    [
        ("os._exit(3)", "the process ended without a result (exit code 3)", "the process ended in `boom`"),
        ("ctypes.string_at(0)", "(killed by SIGSEGV)", "the process ended in `boom`"),
        ("[scribble(n) for n in range(3, 20)]", "malformed message", "the process was killed in `boom`"),
    ],
)
def test_a_case_that_ends_the_process_is_named_by_those_after_it(
    make: Any, run: Any, end: str, first: str, second: str
) -> None:
    body = "import ctypes, os\ndef scribble(n):\n    try:\n        os.write(n, b'?????')\n"
    body += "    except OSError:\n        pass\n"
    body += f"def rule(event):\n    if event:\n        {end}\n    return True\n"
    names = {"fine": {}, "boom": {"a": 1}, "after": {}, "late": {}}
    job = make.job(body, *(make.case(event, name=name) for name, event in names.items()))
    fine, boom, *others = run(job)["a"].cases
    assert (fine.outcome, boom.outcome) == (Outcome.PASSED, Outcome.ERRORED)
    assert first in what_happened(boom)
    assert [what_happened(each) for each in others] == [f"not run: {second}"] * 2


def test_a_body_that_takes_too_long_to_import_is_told_for_each_case(make: Any, run: Any) -> None:
    body = "\nwhile True:\n    pass\ndef rule(event):\n    return True\n"
    cases = run(make.job(body, make.case(), make.case()), timeout_seconds=1)["a"].cases
    assert {what_happened(case)[:39] for case in cases} == {"rules/a.py was not imported within 1 s;"}


def test_a_slow_expression_is_found(make: Any, outcome: Any) -> None:
    body = "import re\ndef rule(event):\n    return bool(re.match('(a+)+$', 'a' * 40 + 'b'))\n"
    _, message = outcome(make.job(body), timeout_seconds=2)
    assert message == "ran longer than 2 s; it was at rules/a.py:3"


def test_a_body_that_writes_without_end_is_bounded(make: Any, run: Any) -> None:
    body = "def rule(event):\n    while True:\n        print('x' * 1000)\n"
    (case,) = run(make.job(body), timeout_seconds=0.5)["a"].cases
    assert what_happened(case).startswith("ran longer than 0.5 s")


def test_output_is_kept_up_to_a_bound(make: Any, run: Any) -> None:
    body = "import sys\ndef rule(event):\n    print('out')\n    print('x' * 10**6, file=sys.stderr)\n"
    (case,) = run(make.job(body))["a"].cases
    assert case.output.startswith("out\nxxx")
    assert len(case.output) == 10_000


def test_memory_is_bounded(make: Any, outcome: Any) -> None:
    body = "def rule(event):\n    return bool(bytearray(2 * 10**9))\n"
    assert outcome(make.job(body)) == (Outcome.ERRORED, "rule() raised MemoryError at rules/a.py:2")


def test_garbage_is_collected_where_a_body_runs(make: Any, outcome: Any) -> None:
    body = "import gc\ndef rule(event):\n    return gc.isenabled()\n"
    assert outcome(make.job(body)) == (Outcome.PASSED, "")


def test_forged_frames_are_refused(make: Any, outcome: Any) -> None:
    body = """
    import json, os
    def rule(event):
        data = json.dumps({"job": 1, "case": 0, "matcher": {"type": "bool", "text": "True"}}).encode()
        for descriptor in range(3, 20):
            try:
                os.write(descriptor, len(data).to_bytes(4, "big") + data)
            except OSError:
                pass
        os._exit(0)
    """
    became, _ = outcome(make.job(textwrap.dedent(body)))
    assert became is Outcome.ERRORED


def test_a_frame_that_claims_to_be_huge_is_refused(make: Any, outcome: Any) -> None:
    body = """
    import os
    def rule(event):
        for descriptor in range(3, 20):
            try:
                os.write(descriptor, b"\\xff" * 60000)
            except OSError:
                pass
        return True
    """
    became, message = outcome(make.job(textwrap.dedent(body)))
    assert (became, "a message was too long" in message) == (Outcome.ERRORED, True)


def test_a_body_that_changes_the_interpreter_reaches_no_other_group(make: Any, run: Any) -> None:
    patch = "import json, builtins\njson.loads = builtins.print = None\ndef rule(event):\n    return True\n"
    victim = "import json\ndef rule(event):\n    print('')\n    return json.loads('true')\n"
    results = run(make.job(patch, name="patch"), *(make.job(victim, name=f"v{n}") for n in range(6)))
    assert all(result.cases[0].outcome is Outcome.PASSED for result in results.values())


def test_an_event_that_is_no_json_is_told(make: Any, run: Any) -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    results = run(make.job(GOOD, make.case(deep)), make.job(GOOD, make.case({"a": 1}), name="b"))
    assert what_happened(results["a"].cases[0]) == "an event of the cases can't be written as JSON"
    assert results["b"].cases[0].outcome is Outcome.PASSED


def test_a_body_without_cases_must_load_all_the_same(make: Any, run: Any) -> None:
    job = make.job("import nothing_like_it\n")
    job = type(job)(type(job.spec)(job.spec.path, job.spec.type, "a", job.spec.location), job.body)
    result = run(job)["a"]
    assert result.cases == ()
    assert [str(finding.location) for finding in result.findings] == ["rules/a.py:1"]


def test_a_python_that_can_not_start_is_told(make: Any, tmp_path: Any) -> None:
    package = Path(panther_ci.__file__).parent
    shutil.copytree(package, tmp_path / "panther_ci", ignore=shutil.ignore_patterns("engine", "__pycache__"))
    script = "from panther_ci.running.processes import *\nz = ZygoteHandle({}, Meter(on=False))\n"
    script += "z.begin({})\ntry:\n    z.ready()\n"
    script += "except ProcessGoneError:\n    print(z.last_words())\nz.close()\n"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=30)
    assert "ModuleNotFoundError: No module named 'panther_ci.running.confined.engine'" in done.stdout


def test_no_jobs_start_nothing(run: Any) -> None:
    assert run() == {}


def test_closing_the_iterator_ends_all_processes(make: Any) -> None:
    loop = "def rule(event):\n    while True:\n        pass\n"
    # With a single processor, only a process that has another job to do is there after a result, which comes
    # when everything was looked at.
    shared = [
        *(make.job(GOOD, make.case({"a": 1}), name=f"r{n}", group=frozenset()) for n in range(10 * SHARING)),
        make.job(loop, name="b", group=frozenset()),
    ]
    jobs = [*shared, *(make.job(loop, name=f"loop {n}") for n in range(4))]
    others = set(family_of(os.getpid()))
    with Runner(RunSettings(timeout_seconds=60)) as runner, closing(runner.run(jobs)) as results:
        next(results)
        family = set(family_of(os.getpid())) - others
        assert len(family) > 1
    assert not any(runs(pid) for pid in family)


def test_the_death_of_the_zygote_costs_no_verdict(make: Any) -> None:
    slow = "import time\ndef rule(event):\n    time.sleep(0.3)\n    return True\n"
    jobs = [make.job(slow, name=f"slow {n}") for n in range(4)]
    others = set(children_of(os.getpid()))
    with Runner(RunSettings(timeout_seconds=5)) as runner:
        results = runner.run(jobs)
        seen = [next(results)]
        (zygote,) = set(children_of(os.getpid())) - others
        os.kill(zygote, signal.SIGKILL)
        seen += list(results)
    assert [result.cases[0].outcome for result in seen] == [Outcome.PASSED] * 4


def test_it_works_without_standard_streams(tmp_path: Any) -> None:
    script = textwrap.dedent(
        """
        import os, sys
        os.closerange(0, 3)
        from panther_ci.kinds import AnalysisType
        from panther_ci.model import *
        from panther_ci.running.runner import FEW_TASKS, Runner
        from panther_ci.running.settings import RunSettings
        place = Location("a.yml", 1)
        spec = Spec("a.yml", AnalysisType.RULE, "a", place, cases=(Case("c", True, {}, place),))
        job = Job(spec, Source("a", "a.py", b"def rule(event):\\n    return True\\n"))
        with Runner(RunSettings()) as runner:
            (result,) = runner.run([job])
        os._exit(0 if result.cases[0].outcome is Outcome.PASSED else 1)
        """
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, timeout=30).returncode == 0


@pytest.mark.parametrize("alone", [True, False])
def test_a_body_that_goes_on_after_its_result_is_an_error(make: Any, run: Any, alone: bool) -> None:
    stay = """
    import sys, time
    worker = sys.modules["panther_ci.running.confined.engine.worker"]
    def receive(descriptor, receive=worker.protocol.receive, sleep=time.sleep):
        job = receive(descriptor)
        while job is None:
            sleep(9)
        return job
    worker.protocol.receive = receive
    def rule(event):
        return True
    """
    job = make.job(textwrap.dedent(stay), group=frozenset(), name="stays")
    good = [
        make.job(GOOD, make.case({"a": 1}), name=f"g{n}", group=frozenset())
        for n in range(0 if alone else SHARING)
    ]
    results = run(*good, job)
    (case,) = results.pop("stays").cases
    assert (case.outcome, what_happened(case)) == (
        Outcome.ERRORED,
        "the process did not end after its result",
    )
    assert all(result.cases[0].outcome is Outcome.PASSED for result in results.values())


def test_the_iterator_may_rest_while_processes_work(make: Any) -> None:
    jobs = [make.job(GOOD, make.case({"a": 1}), name=f"r{n}") for n in range(6)]
    results = run_jobs(jobs, RunSettings(timeout_seconds=1))
    first = next(results)
    time.sleep(1.5)
    outcomes = [result.cases[0].outcome for result in (first, *results)]
    assert outcomes == [Outcome.PASSED] * 6


def test_jobs_begin_to_run_while_their_caller_does_something_else(make: Any) -> None:
    number = 3 * (processors() + 1)
    jobs = [make.job(GOOD, make.case({"a": 1}), name=f"r{n}") for n in range(number)]
    with Runner(RunSettings(timeout_seconds=20)) as runner:
        runner.begin(jobs)
        early = work_until_one_came(runner)
        results = [*early, *runner.finish()]
    assert 0 < len(early) < number
    assert sorted(result.path for result in results) == sorted(job.spec.path for job in jobs)
    assert {result.cases[0].outcome for result in results} == {Outcome.PASSED}


class Clock:
    """The time, some of which may pass at once."""

    ahead = 0.0

    @classmethod
    def monotonic(cls) -> float:
        return time.monotonic() + cls.ahead


def test_nobody_is_late_because_their_caller_did_something_else(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # More than a pipe holds, so that a process waits for the rest of its job.
    large = make.case({"a": 1, "b": "x" * 1_000_000})
    jobs = [make.job(GOOD, make.case({"a": 1}) if n == 0 else large, name=f"r{n}") for n in range(4)]
    monkeypatch.setattr("panther_ci.running.runner.time", Clock)
    monkeypatch.setattr(Clock, "ahead", 0.0)
    with Runner(RunSettings(timeout_seconds=60)) as runner:
        runner.begin(jobs)
        early = work_until_one_came(runner)
        early += runner.work()
        Clock.ahead = 1000.0
        results = [*early, *runner.finish()]
    assert [what_happened(result.cases[0]) for result in results] == [""] * 4


def work_until_one_came(runner: Runner) -> list[JobResult]:
    while not (results := list(runner.work())):
        time.sleep(0.01)
    return results


def test_an_interrupt_ends_everything_at_once(tmp_path: Any) -> None:
    script = textwrap.dedent(
        """
        from panther_ci.kinds import AnalysisType
        from panther_ci.model import *
        from panther_ci.running.runner import FEW_TASKS, Runner
        from panther_ci.running.settings import RunSettings
        place = Location("a.yml", 1)
        spec = Spec("a.yml", AnalysisType.RULE, "a", place, cases=(Case("c", True, {}, place),))
        body = b"def rule(event):\\n    while True:\\n        pass\\n"
        print("begun", flush=True)
        with Runner(RunSettings(timeout_seconds=60)) as runner:
            list(runner.run([Job(spec, Source("a", "a.py", body))]))
        """
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        family = wait_for_family(process.pid)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) != 0
    assert len(family) == 2
    assert not any(runs(pid) for pid in family)


def test_a_killed_host_takes_everything_along() -> None:
    script = "from panther_ci.running.processes import *\nz = ZygoteHandle({}, Meter(on=False))\n"
    script += "z.begin({'layers': ['limits'], **dict.fromkeys(('parts', 'paths', 'readable'), []),\n"
    script += "    'preload': [], 'sources': []})\n"
    script += "z.ready()\nchild = z.fork({})\nprint('begun', flush=True)\ntime.sleep(60)\n"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        family = wait_for_family(process.pid)
        process.kill()
    assert len(family) == 2
    assert wait_for(lambda: not any(runs(pid) for pid in family))


def wait_for_family(pid: int) -> list[int]:
    """The zygote of a process and the child of the zygote, as soon as both are there."""
    return wait_for(lambda: family if len(family := family_of(pid)) == 2 else [])


def test_a_runner_takes_more_jobs_when_all_have_come_and_starts_no_zygote_for_them(make: Any) -> None:
    first, second = (
        make.job(text, make.case({"a": 1}), name=name)
        for name, text in (("a", GOOD), ("b", f"import json\n{GOOD}"))
    )
    with Runner(RunSettings()) as runner:
        before = [result.cases[0].outcome for result in runner.run([first])]
        zygotes = children_of(os.getpid())
        after = [result.cases[0].outcome for result in runner.run([second, first])]
        assert children_of(os.getpid()) == zygotes
    assert (before, after) == ([Outcome.PASSED], [Outcome.PASSED] * 2)


def test_jobs_of_another_kind_may_follow(make: Any) -> None:
    condition = [{"KeyPath": "a", "Condition": "Equals", "Value": 1}]
    python = make.job("def rule(event):\n    return True\n")
    filtered = make.filtered("def rule(event):\n    return True\n", condition, make.case({"a": 1}))
    simple = make.simple(condition, make.case({"a": 1}))
    with Runner(RunSettings()) as runner:
        for jobs in ([python], [filtered, python], [simple], [python, simple, filtered]):
            outcomes = [result.cases[0].outcome for result in runner.run(jobs)]
            assert outcomes == [Outcome.PASSED] * len(jobs)


def test_the_start_of_another_zygote_takes_nothing_of_the_time_of_a_body(
    make: Any, run: Any, tmp_path: Path
) -> None:
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(3)\n")
    tmp_path.chmod(0o755)
    good = "def rule(event):\n    return True\n#"
    jobs = [make.job(good + "x" * 1_000_000, name="a"), make.job(f"import slow\n{good}", name="b")]
    results = run(*jobs, module_path=str(tmp_path), timeout_seconds=2.0)
    outcomes = [case.outcome for result in results.values() for case in result.cases]
    assert outcomes == [Outcome.PASSED] * 2
