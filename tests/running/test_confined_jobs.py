"""The processes that run bodies are started before there are jobs, and end with the run."""

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

BODY = "def rule(event):\n    return True\n"


def show(_done: int, _total: int) -> None:
    """Nobody looks at the progress."""


def list_zygotes() -> list[str]:
    """The commands of our processes that others are forked from."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if parent == str(Path("/proc/self").resolve().name) and words[-4:-3] and b"zygote.py" in words[-4]:
            found.append(folder.name)
    return found


def test_what_is_started_early_runs_the_jobs(make: Any) -> None:
    with ConfinedJobs(show) as jobs:
        jobs.start()
        early = list_zygotes()
        (result,) = jobs.run([make.job(BODY)])
        assert len(early) == 1
        assert list_zygotes() == early
    assert result.cases[0].outcome is Outcome.PASSED
    assert list_zygotes() == []


def test_what_is_started_early_ends_though_nothing_ran() -> None:
    with ConfinedJobs(show) as jobs:
        jobs.start()
    assert list_zygotes() == []


def test_what_could_not_be_started_early_is_tried_again(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> ZygoteHandle:
        raise RunnerError("there is no process left")

    with ConfinedJobs(show) as jobs:
        monkeypatch.setattr(confined_jobs, "spawn", refuse)
        jobs.start()
        (result,) = jobs.run([make.job(BODY)])
    assert result.cases[0].outcome is Outcome.PASSED


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


def test_both_kinds_of_processes_get_ready_before_the_jobs_run(make: Any, tmp_path: Path) -> None:
    (tmp_path / "third.py").write_text("")
    tmp_path.chmod(0o755)
    wanted = [make.job(BODY, name="plain"), make.job(f"import third\n{BODY}", name="packages")]
    with ConfinedJobs(show, RunSettings(module_path=str(tmp_path))) as jobs:
        jobs.begin(wanted)
        ready = list_zygotes()
        outcomes = {case.outcome for result in jobs.run(wanted) for case in result.cases}
        assert len(ready) == 2
        assert sorted(list_zygotes()) == sorted(ready)
    assert outcomes == {Outcome.PASSED}
    assert list_zygotes() == []


def test_without_jobs_nothing_gets_ready() -> None:
    with ConfinedJobs(show) as jobs:
        jobs.begin([])
        assert list_zygotes() == []
