"""What passes in silence elsewhere is never accepted here, and hides no other detection."""

import json
from pathlib import Path

import pytest
from junitparser import JUnitXml

from tests.commands import Done, run_command

HOSTILE = {
    "raises": "def rule(event):\n    return event['missing']\n",
    "leaves": "import os\n\ndef rule(event):\n    os._exit(0)\n",
    "leaves at import": "import sys\nsys.exit(0)\n\ndef rule(event):\n    return True\n",
    "loops": "def rule(event):\n    while True:\n        pass\n",
    "returns 1": "def rule(event):\n    return 1\n",
    "pleases": (
        "class Yes:\n    def __eq__(self, other):\n        return True\n"
        "    def __bool__(self):\n        return True\n\n"
        "def rule(event):\n    return Yes()\n"
    ),
    "returns nothing": "def rule(event):\n    pass\n",
    "does not compile": "def rule(event)\n    return True\n",
    "has no matcher": "def rules(event):\n    return True\n",
    "takes nothing": "def rule():\n    return True\n",
}
GOOD = "def rule(event):\n    return event.get('a') == 1\n"


def write_rule(folder: Path, name: str, body: str, expected: bool | None = True) -> None:
    """A rule with one case, or with none where nothing is expected."""
    spec = {
        "AnalysisType": "rule",
        "RuleID": name,
        "Enabled": True,
        "Filename": f"{name}.py",
        "LogTypes": ["AWS.CloudTrail"],
        "Severity": "Low",
    }
    if expected is not None:
        spec["Tests"] = [{"Name": "a case", "ExpectedResult": expected, "Log": {"a": 1}}]
    (folder / f"{name}.json").write_text(json.dumps(spec))
    (folder / f"{name}.py").write_text(body)


def run_tests(folder: Path, timeout_seconds: int = 1) -> Done:
    options = ("--timeout-seconds", str(timeout_seconds), "--junit-path", "junit.xml")
    return run_command(folder, "test", *options)


@pytest.mark.parametrize("expected", [True, False])
@pytest.mark.parametrize("attack", HOSTILE)
def test_it_is_rejected_and_the_others_are_judged_all_the_same(
    tmp_path: Path, attack: str, expected: bool
) -> None:
    write_rule(tmp_path, "First", GOOD)
    write_rule(tmp_path, "Hostile", HOSTILE[attack], expected)
    write_rule(tmp_path, "Last", GOOD)
    done = run_tests(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    suites = {suite.name: suite for suite in JUnitXml.fromfile(str(tmp_path / "junit.xml"))}
    good = [(suites[name].tests, suites[name].failures, suites[name].errors) for name in ("First", "Last")]
    assert good == [(1, 0, 0), (1, 0, 0)]
    assert suites["Hostile"].failures + suites["Hostile"].errors >= 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (f"X = {{}}['missing']\n{GOOD}", "Hostile.py:1: error: importing Hostile.py raised KeyError"),
        (f"import sys; sys.exit(0)\n{GOOD}", "Hostile.py:1: error: importing Hostile.py raised SystemExit"),
        (f"import os; os._exit(0)\n{GOOD}", "Hostile.py: error: the process ended without a result"),
        (f"while True: pass\n{GOOD}", "Hostile.py:1: error: Hostile.py was not imported within 2 s"),
        (f"{GOOD}del rule\n", "Hostile.py: error: Hostile.py has no function rule()"),
    ],
)
def test_a_body_that_can_not_be_loaded_is_rejected_without_any_case(
    tmp_path: Path, body: str, told: str
) -> None:
    write_rule(tmp_path, "First", GOOD, None)
    write_rule(tmp_path, "Hostile", body, None)
    done = run_tests(tmp_path, timeout_seconds=2)
    assert (done.returncode, told in done.stdout) == (1, True), done.stdout + done.stderr
    assert "First.py" not in done.stdout
