"""The processes of a run: when they start and end, who shares them, and what is known of them afterwards."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from panther_ci.errors import RunnerError
from panther_ci.model import Change, ChangeKind, ChangeSet, Outcome
from panther_ci.run import may_run
from panther_ci.running import confined_jobs
from panther_ci.running.confined_jobs import ConfinedJobs
from panther_ci.running.processes import ZygoteHandle
from panther_ci.running.settings import RunSettings
from tests.family import children_of, grandchildren_of, runs, wait_for

GOOD = "def rule(event):\n    return True\n"


def show(_done: int, _total: int) -> None:
    """Nobody looks at the progress."""


def test_jobs_run_in_the_same_processes_which_end_with_them(make: Any) -> None:
    told: list[tuple[int, int]] = []
    before = set(children_of(os.getpid()))
    with ConfinedJobs(lambda done, total: told.append((done, total))) as jobs:
        first = list(jobs.run([make.job(GOOD, name=name) for name in "ab"]))
        started = set(children_of(os.getpid())) - before
        second = list(jobs.run([make.job(GOOD, name="c")]))
        assert set(children_of(os.getpid())) - before == started
    assert [case.outcome for result in first + second for case in result.cases] == [Outcome.PASSED] * 3
    assert told == [(1, 2), (2, 2), (1, 1)]
    assert started
    assert not any(runs(pid) for pid in started)
    assert jobs.spent == {}


def test_how_strict_the_confinement_was_is_known_afterwards(make: Any) -> None:
    with ConfinedJobs(show, RunSettings(sandbox="off"), metered=True) as jobs:
        assert (jobs.tier, jobs.warnings, jobs.spent) == ("", (), {})
        list(jobs.run([make.job(GOOD)]))
    assert jobs.tier == "C"
    assert jobs.warnings
    assert jobs.spent


def test_without_jobs_nothing_is_started() -> None:
    before = children_of(os.getpid())
    with ConfinedJobs(show) as jobs:
        jobs.begin([])
        jobs.work()
        assert list(jobs.run([])) == []
        assert children_of(os.getpid()) == before
    assert jobs.tier == ""


def test_what_later_jobs_import_is_imported_for_all_where_there_were_none_before(make: Any) -> None:
    known = "import sys\nKNOWN = 'colorsys' in sys.modules\nimport colorsys\n"
    with ConfinedJobs(show) as jobs:
        jobs.begin([])
        assert list(jobs.run([])) == []
        (result,) = jobs.run([make.job(f"{known}def rule(event):\n    return KNOWN\n")])
    assert result.cases[0].outcome is Outcome.PASSED


def test_what_is_started_early_runs_the_jobs(make: Any) -> None:
    before = set(children_of(os.getpid()))
    with ConfinedJobs(show) as jobs:
        jobs.start()
        (early,) = set(children_of(os.getpid())) - before
        (result,) = jobs.run([make.job(GOOD)])
        assert set(children_of(os.getpid())) - before == {early}
    assert result.cases[0].outcome is Outcome.PASSED
    assert not runs(early)


def test_what_is_started_early_ends_though_nothing_ran() -> None:
    before = set(children_of(os.getpid()))
    with ConfinedJobs(show) as jobs:
        jobs.start()
        (early,) = set(children_of(os.getpid())) - before
    assert not runs(early)


def test_what_could_not_be_started_early_is_tried_again(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> ZygoteHandle:
        raise RunnerError("there is no process left")

    with ConfinedJobs(show) as jobs:
        monkeypatch.setattr(confined_jobs, "spawn", refuse)
        jobs.start()
        (result,) = jobs.run([make.job(GOOD)])
    assert result.cases[0].outcome is Outcome.PASSED


def test_both_kinds_of_processes_get_ready_before_the_jobs_run(make: Any, tmp_path: Path) -> None:
    (tmp_path / "third.py").write_text("")
    tmp_path.chmod(0o755)
    wanted = [make.job(GOOD, name="plain"), make.job(f"import third\n{GOOD}", name="packages")]
    before = set(children_of(os.getpid()))
    with ConfinedJobs(show, RunSettings(module_path=str(tmp_path))) as jobs:
        jobs.begin(wanted)
        ready = set(children_of(os.getpid())) - before
        outcomes = {case.outcome for result in jobs.run(wanted) for case in result.cases}
        assert len(ready) == 2
        assert set(children_of(os.getpid())) - before == ready
    assert outcomes == {Outcome.PASSED}
    assert not any(map(runs, ready))


@pytest.fixture
def many_files() -> Iterator[None]:
    """More files are open than select(2) can be asked about."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= before[1] < 1200:
        pytest.skip("no more files may be open here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (1200, before[1]))
    opened = [os.open(os.devnull, os.O_RDONLY) for _ in range(1050)]
    yield
    for each in opened:
        os.close(each)
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.usefixtures("many_files")
def test_jobs_run_early_though_very_many_files_are_open(make: Any) -> None:
    wanted = [make.job(GOOD)]
    with ConfinedJobs(show) as jobs:
        jobs.begin(wanted)
        jobs.work()
        (result,) = jobs.run(wanted)
    assert result.cases[0].outcome is Outcome.PASSED


def test_results_that_came_early_come_once_and_first(make: Any) -> None:
    told: list[tuple[int, int]] = []
    slow = f"import time\ntime.sleep(0.3)\n{GOOD}"
    wanted = [make.job(slow, name=f"r{n}") for n in range(5)]
    with ConfinedJobs(lambda done, total: told.append((done, total))) as jobs:
        jobs.begin(wanted)
        assert wait_for(lambda: (jobs.work(), grandchildren_of(os.getpid()))[1])  # until one of them runs
        results = list(jobs.run(wanted))
        again = list(jobs.run(wanted))
    assert [sorted(each.path for each in some) for some in (results, again)] == [
        sorted(job.spec.path for job in wanted)
    ] * 2
    assert told == [(done, 5) for done in range(1, 6)] * 2


@pytest.mark.parametrize(
    ("path", "within", "likely"),
    [
        ("rules/a.py", ".", True),
        ("rules/a.yml", "rules", True),
        ("rules/a.md", ".", False),
        (".github/workflows/a.yml", ".", False),
        ("application/a.py", "detections", False),
    ],
)
def test_bodies_are_likely_to_run_where_a_file_that_is_read_changed(
    path: str, within: str, likely: bool
) -> None:
    change = Change(path, ChangeKind.MODIFIED)
    assert may_run(ChangeSet(changes=(change,)), within) is likely
    assert may_run(ChangeSet(judge_all_reason="no base is known"), within)
    assert not may_run(ChangeSet(), within)
