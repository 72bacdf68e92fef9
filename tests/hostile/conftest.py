"""Plays all attacks once for each setting, whichever process of the test run asks first."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path

import pytest

from tests.hostile.play import EVERYTHING, Played, Setting, play

PLAIN_USER = 65534


@cache
def readable_python() -> str:
    """A Python that every user can run; empty where there is none."""
    for name in (sys.executable, shutil.which("python3.11", path=os.defpath) or ""):
        if name and _runs_for_others(name):
            return name
    return ""


def _runs_for_others(python: str) -> bool:
    def leave_root() -> None:
        os.setgroups([])
        os.setresgid(*[PLAIN_USER] * 3)
        os.setresuid(*[PLAIN_USER] * 3)

    try:
        command = [python, "-c", "import ctypes, json"]
        return subprocess.run(command, preexec_fn=leave_root, cwd="/", capture_output=True).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def find_setting(name: str) -> Setting:
    """The setting of that name; skips the test where it can't be had."""
    if name == "unconfined":
        return Setting(name, without=EVERYTHING)
    if name == "hanging":
        return Setting(name, hanging=True)
    if name in ("as we are", "as we are, without Landlock"):
        return Setting(name, without=("landlock",) if "without" in name else ())
    if os.geteuid() != 0:
        pytest.skip("only root can become another user")
    python = readable_python()
    if not python:
        pytest.skip("no Python here that other users can run")
    user = PLAIN_USER if name.startswith("plain user") else None
    return Setting(name, python, user, ("landlock",) if "without" in name else ())


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Played]:
    """All attacks played under a setting."""
    folder = tmp_path_factory.getbasetemp()
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder

    @cache
    def played(name: str) -> Played:
        setting = find_setting(name)
        kept = Path(shared, f"played-{name.replace(' ', '-')}")
        with kept.open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            if text := file.read():
                return Played(**json.loads(text))
            result = play(setting.attacks, setting)
            file.write(json.dumps(asdict(result)))
            return result

    return played
