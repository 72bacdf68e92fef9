"""The profile of a command: what the host and the confined processes tell of their time."""

from collections import Counter
from pathlib import Path

import pytest

from tools.profile import Profile, describe, run_once

RULE = (
    "AnalysisType: rule\nRuleID: A.B\nFilename: a.py\nLogTypes: [AWS.CloudTrail]\n"
    "Severity: Low\nEnabled: true\n"
)
CASE = "Tests:\n  - Name: all\n    ExpectedResult: true\n    Log: {}\n"
BODY = "import json\n\n\ndef rule(event):\n    return sum(range(3_000_000)) > 0\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "a.yml").write_text(RULE + CASE)
    (tmp_path / "a.py").write_text(BODY)
    return tmp_path


def test_each_kind_of_process_tells_its_phases(repository):
    phases = run_once(repository, ["test"]).phases
    assert {process for process, _ in phases} == {"host", "zygote", "child", "other"}
    assert max((phase for phase in phases if phase[0] == "child"), key=phases.__getitem__) == ("child", "run")


def test_a_command_that_runs_no_cases_has_no_profile_of_them(repository):
    assert {process for process, _ in run_once(repository, ["explain"]).phases} == {"host", "other"}


def test_a_command_that_does_not_run_is_told_with_its_words(repository):
    with pytest.raises(ValueError, match="invalid choice: 'tset'"):
        run_once(repository, ["tset"])


def test_the_table_has_means_and_the_largest_first():
    profiles = [
        Profile(Counter({("host", "read"): host, ("child", "run"): 0.3}), host + 0.3) for host in (0.1, 0.5)
    ]
    assert [*describe(profiles)][2:] == [
        "| host | all | 300 | |",
        "| host | read | 300.0 | 50% |",
        "| zygote | all | 0 | |",
        "| child | all | 300 | |",
        "| child | run | 300.0 | 50% |",
        "| other | all | 0 | |",
        "| all | | 600 | |",
    ]
