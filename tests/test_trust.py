"""Whole commands keep apart what a change wrote, and let what is merged, or the user's own, share processes.

On one processor, detections that may share a process do so; each of these tells the number of its process.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.fork import Event, Fork
from demo.runner import Runner
from panther_ci.running.runner import FEW_TASKS

# More than are given a process each because that is quicker.
NAMES = tuple(f"d{number}" for number in range(FEW_TASKS + 4))
BODY = "import os\nimport helper\ndef rule(event):\n    print('process', os.getpid())\n    return False\n"
SPEC = (
    "AnalysisType: rule\nRuleID: {0}\nFilename: {0}.py\nEnabled: true\nSeverity: Low\nLogTypes: [T]\n"
    "Tests: [{{Name: one, ExpectedResult: true, Log: {{}}}}]\n"
)


@pytest.fixture(autouse=True)
def one_processor() -> Iterator[None]:
    """All that is started here works on one processor, so it has one process for all that may share it."""
    every = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(every)})
    yield
    os.sched_setaffinity(0, every)


@pytest.fixture
def fork(tmp_path: Path) -> Fork:
    """Main has detections and a helper, and the branch `change`, which is checked out, edits their bodies."""
    fork = Fork(tmp_path / "fork")
    (fork.root / "rules").mkdir(parents=True)
    fork.git("init", "--quiet", "--initial-branch=main")
    for name in NAMES:
        (fork.root / f"rules/{name}.yml").write_text(SPEC.format(name))
        (fork.root / f"rules/{name}.py").write_text(BODY)
    (fork.root / "rules/helper.yml").write_text(
        "AnalysisType: global\nGlobalID: helper\nFilename: helper.py\n"
    )
    (fork.root / "rules/helper.py").write_text("X = 1\n")
    fork.commit("Add detections")
    fork.start_branch("change")
    for name in NAMES:
        (fork.root / f"rules/{name}.py").write_text(f"{BODY}# changed\n")
    fork.commit("Change their bodies")
    return fork


def processes(output: str) -> int:
    """How many processes ran the detections, all of which must have run."""
    told = re.findall(r"\| process (\d+)", output)
    assert len(told) == len(NAMES), output
    return len(set(told))


def run(fork: Fork, *arguments: str, **variables: str) -> int:
    command = [sys.executable, "-m", "panther_ci.cli", *arguments]
    environ = {"PATH": os.environ["PATH"], "HOME": str(fork.root.parent), **variables}
    return processes(
        subprocess.run(command, cwd=fork.root, env=environ, capture_output=True, text=True).stdout
    )


def start(fork: Fork, event: Event, **inputs: str) -> int:
    return processes(Runner(fork.root, fork.root.parent / "runner").start(event, inputs).stdout)


def test_what_a_user_wrote_may_share_a_process_and_does_so(fork: Fork) -> None:
    assert run(fork, "test") == 1


def test_what_a_deployment_takes_may_share_a_process_even_in_ci(fork: Fork) -> None:
    assert run(fork, "upload", "--deployment", "none", CI="true") == 1


def test_what_is_in_ci_may_be_of_strangers(fork: Fork) -> None:
    assert run(fork, "test", CI="true") == len(NAMES)


def test_what_differs_from_the_base_is_kept_apart(fork: Fork) -> None:
    assert run(fork, "check", "--base-ref", "main") == len(NAMES)


@pytest.mark.parametrize("select", ["changed", "all"])
def test_what_a_pull_request_wrote_is_kept_apart(fork: Fork, select: str) -> None:
    assert start(fork, fork.pull_request(1), select=select) == len(NAMES)


def test_what_is_merged_may_share_a_process_and_does_so(fork: Fork) -> None:
    assert start(fork, fork.merge(1), select="all") == 1


def test_what_loads_the_same_change_may_share_a_process_and_does_so(fork: Fork) -> None:
    fork.start_branch("helper")
    fork.replace("rules/helper.py", "1", "2")
    fork.commit("Change what all of them import")
    assert start(fork, fork.pull_request(2)) == 1
