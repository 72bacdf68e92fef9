"""On other systems a command says what it can't do there, and never ends in a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from demo.fork import Fork, copy_detections
from tests.platforms import prepare


def run(system: str, tmp_path: Path, folder: Path, *arguments: str, **variables: str):
    (tmp_path / system).mkdir()
    environ = prepare(tmp_path / system, system) | variables
    command = [sys.executable, "-m", "panther_ci", *arguments]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)


@pytest.mark.parametrize("arguments", [("--help",), ("test",), ("nonsense",)])
def test_on_windows_every_command_says_where_it_runs(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = run("win32", tmp_path, tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "panther-ci: It runs on Linux and macOS. On Windows, use WSL or the image.\n"


def test_on_macos_detections_are_tested_at_its_tier(tmp_path: Path) -> None:
    copy_detections(tmp_path / "pack")
    done = run("darwin", tmp_path, tmp_path / "pack", "test")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert "\nwarning: reduced confinement (tier C): " in done.stdout


def test_on_macos_a_change_is_judged(tmp_path: Path) -> None:
    fork = Fork.create(tmp_path / "fork")
    body = fork.root / "rules/aws_cloudtrail_root_activity.py"
    body.write_text(body.read_text().replace("return", "return not"))
    done = run("darwin", tmp_path, fork.root, "check")
    assert (done.returncode, done.stderr) == (1, ""), done.stderr


def test_on_macos_a_run_in_ci_is_refused_unless_its_tier_is_accepted(tmp_path: Path) -> None:
    copy_detections(tmp_path / "pack")
    done = run("darwin", tmp_path, tmp_path / "pack", "test", CI="true")
    assert (done.returncode, "this is tier C" in done.stderr, "Traceback" in done.stderr) == (3, True, False)
