"""Cases notice faults or they don't: counted with real processes."""

import subprocess
from pathlib import Path

import pytest

from panther_ci.mutation.score import Score, score_detections
from panther_ci.running.settings import RunSettings
from panther_ci.specs.project import load_project
from panther_ci.specs.search import Search
from tests.commands import run_command
from tests.runs import run_jobs

SPEC = """\
AnalysisType: rule
RuleID: R
Filename: r.py
Enabled: true
Severity: Low
LogTypes: [T]
"""
ONE = "Tests:\n  - {Name: one, ExpectedResult: true, Log: {a: 5}}\n"
GREATER = "def rule(event):\n    return event.get('a') > 3\n"


def score(body: str, cases: str = ONE, seconds: float = 10.0) -> Score:
    files = {"r.yml": (SPEC + cases).encode(), "r.py": body.encode()}
    project = load_project(Search(files), set(files))
    settings = RunSettings(timeout_seconds=seconds)
    (found,) = score_detections(project, project.selected, lambda jobs: run_jobs(jobs, settings))
    return found


def test_what_no_case_notices_is_named() -> None:
    found = score(GREATER)
    assert [(fault.before, fault.after) for fault in found.unnoticed] == [
        ("event.get('a') > 3", "event.get('a') >= 3"),
        ("3", "4"),
        ("3", "2"),
    ]
    assert (found.tried, found.percent, found.problem) == (5, 40.0, "")


def test_cases_at_the_limits_notice_everything() -> None:
    cases = ONE.replace("5", "4") + "  - {Name: two, ExpectedResult: false, Log: {a: 3}}\n"
    found = score(GREATER, cases)
    assert (found.tried, found.unnoticed, found.percent) == (5, (), 100.0)


def test_a_fault_with_which_no_case_can_be_decided_is_not_tried() -> None:
    spec = SPEC.replace("Filename: r.py", "Detection: [{Key: a, Condition: StartsWith, Value: x}]")
    cases = "Tests:\n  - {Name: one, ExpectedResult: false, Log: {a: 5}}\n"
    project = load_project(Search({"r.yml": (spec + cases).encode()}), {"r.yml"})
    (found,) = score_detections(project, project.selected, lambda jobs: run_jobs(jobs, RunSettings()))
    # A number contains nothing, so what `Contains` makes of it is not known.
    assert "Contains" not in {fault.after.strip('"') for fault in found.unnoticed}
    assert (found.tried, len(found.unnoticed)) == (3, 2)


def test_a_fault_that_never_ends_is_noticed_and_told() -> None:
    body = "def rule(event):\n    n = 0\n    while n < 3:\n        n += 1\n    return True\n"
    found = score(body, seconds=1.0)
    assert (found.timed_out, found.percent < 100) == (1, True)


def test_what_can_not_be_changed_is_all_noticed() -> None:
    assert score("def rule(event):\n    return event\n", "").percent == 100.0


@pytest.mark.parametrize(
    ("body", "cases", "problem"),
    [
        (GREATER, "", "it has no cases"),
        (GREATER, ONE.replace("5", "1"), "its cases do not pass as it is; `panther-ci test` shows why"),
        ("def rule(event:\n", ONE, "its cases can't be run here"),
    ],
)
def test_nothing_is_tried_unless_all_cases_pass(body: str, cases: str, problem: str) -> None:
    assert score(body, cases) == Score("R", "r.yml", problem=problem)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules/r.yml").write_text(SPEC + ONE)
    (tmp_path / "rules/r.py").write_text(GREATER)
    return tmp_path


@pytest.mark.parametrize("name", ["R", "rules/r.yml", "rules/r.py", "./rules/../rules/r.py"])
def test_the_command_prints_the_faults_and_the_score(pack: Path, name: str) -> None:
    done = run_command(pack, "mutate", name)
    assert done.stdout.splitlines() == [
        "rules/r.py:2: `event.get('a') > 3` -> `event.get('a') >= 3`: no case notices",
        "rules/r.py:2: `3` -> `4`: no case notices",
        "rules/r.py:2: `3` -> `2`: no case notices",
        "R: 2 of 5 changes noticed (40%)",
    ]
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(("least", "code"), [("40", 0), ("40.1", 1)])
def test_a_low_score_rejects_if_that_is_asked_for(pack: Path, least: str, code: int) -> None:
    assert run_command(pack, "mutate", "R", "--min-score", least).returncode == code


def test_a_name_is_seen_from_the_folder_we_are_in(pack: Path) -> None:
    subprocess.run(("git", "init", "-q", str(pack)), check=True)
    for name in ("r.yml", "R"):
        done = run_command(pack / "rules", "mutate", name)
        assert done.stdout.endswith("R: 2 of 5 changes noticed (40%)\n")
    assert run_command(pack / "rules", "mutate", "rules/r.yml").returncode == 2


def test_a_detection_that_fails_is_told_and_rejects(pack: Path) -> None:
    (pack / "rules/r.py").write_text("def rule(event):\n    return False\n")
    done = run_command(pack, "mutate", "R")
    assert done.stdout == "R: not tried, since its cases do not pass as it is; `panther-ci test` shows why.\n"
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("name", "hint"),
    [("RR", "Did you mean `R`?"), ("nothing", "Name its id, or the path of its spec or body.")],
)
def test_a_name_of_nothing_ends_with_2(pack: Path, name: str, hint: str) -> None:
    done = run_command(pack, "mutate", name)
    assert (done.returncode, done.stderr) == (2, f"panther-ci: There is no detection `{name}`.\n{hint}\n")


def test_of_long_code_only_what_differs_is_shown(pack: Path) -> None:
    names = ["alpha", "beta", "gamma", "delta", "epsilon"]
    condition = " and ".join(f"event.get('{name}')" for name in names)
    (pack / "rules/r.py").write_text(f"def rule(event):\n    return bool({condition})\n")
    (pack / "rules/r.yml").write_text(
        SPEC + ONE.replace("a: 5", ", ".join(f"{name}: true" for name in names))
    )
    first, second = run_command(pack, "mutate", "R").stdout.splitlines()[:2]
    assert (
        first.startswith("rules/r.py:2: `and event.get('beta') and") and "`or event.get('beta') or" in first
    )
    assert second == "rules/r.py:2: without `event.get('alpha')`: no case notices"


def test_a_detection_that_can_not_be_read_is_told_beside_the_others(pack: Path) -> None:
    (pack / "rules/broken.yml").write_text("AnalysisType: rule\nRuleID: [\n")
    done = run_command(pack, "mutate", "rules/broken.yml", "R")
    first, *_, last = done.stdout.splitlines()
    assert first == "rules/broken.yml: not tried, since its spec has errors; `panther-ci test` shows them."
    assert (done.returncode, last.startswith("R: ")) == (1, True), done.stderr


@pytest.mark.parametrize("least", ["101", "-1", "nan", "many"])
def test_a_score_that_none_can_have_ends_with_2(pack: Path, least: str) -> None:
    done = run_command(pack, "mutate", "R", "--min-score", least)
    assert (done.returncode, f"{least!r} is not a number from 0 to 100" in done.stderr) == (2, True)
