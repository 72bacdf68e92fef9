"""What the process of a build is started with, and what is made of its words; a program plays it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from panther_ci.errors import ConfinementError, InputError, RunnerError
from panther_ci.running.requirements.building import Builder
from tests.sources import write_source

SOURCE = "demo_src-1.0.tar.gz"
# Writes down how it was started, says what it is to say, and fails.
PLAYED = """
import json, os, sys
folder = os.path.dirname(os.path.abspath(__file__))
streams = [os.readlink(f"/proc/self/fd/{end}") for end in range(2)]
asked = {"arguments": sys.argv[1:], "folder": os.getcwd(), "streams": streams}
asked |= {"leads": os.getsid(0) == os.getpid(), "environment": dict(os.environ)}
with open(folder + "/asked", "w") as file:
    json.dump(asked, file)
with open(folder + "/said", "rb") as file:
    os.write(2, file.read())
sys.exit(1)
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program in the place of Python, in the folder where all is."""
    path = tmp_path / "program"
    path.write_text(f"#!{sys.executable} -I\n{PLAYED}")
    path.chmod(0o755)
    write_source(tmp_path, ["1"])
    monkeypatch.setattr(sys, "executable", str(path))
    return path


def no_pip(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    raise AssertionError(arguments)


def build(program: Path, said: bytes = b"", **options: Any) -> tuple[type, str]:
    """What is raised where a build says this."""
    folder = program.parent
    (folder / "said").write_bytes(said)
    with pytest.raises((ConfinementError, InputError, RunnerError)) as raised:
        Builder({}, **options).build((folder / SOURCE).as_uri(), (), folder / "place", no_pip)
    return raised.type, str(raised.value)


@pytest.mark.parametrize(("options", "confined"), [({}, True), ({"confined": False}, False)])
def test_a_build_is_started_apart_and_told_what_it_may_reach(
    program: Path, options: dict[str, bool], confined: bool
) -> None:
    build(program, **options)
    asked = json.loads((program.parent / "asked").read_text())
    place = program.parent / "place"
    work, source, tools = (str(place / name) for name in ("work", SOURCE, "tools"))
    *flags, script, root, orders = asked["arguments"]
    assert flags == ["-P", "-s", "-S"]
    assert script == str(Path(root, "panther_ci/running/confined/build.py"))
    assert (asked["folder"], asked["streams"], asked["leads"]) == (work, [os.devnull] * 2, True)
    told = json.loads(orders)
    readable = told.pop("readable")
    assert {"/usr", "/bin", "/sbin", "/lib", "/lib64", "/dev/urandom", "/etc/lsb-release"} <= set(readable)
    assert {sys.prefix, sys.base_prefix, source, tools} <= set(readable)
    assert {"/", "/etc", "/home", "/proc", "/tmp", str(place), work} & set(readable) == set()
    assert told == {
        "confined": confined,
        "writable": [work, os.devnull],
        "command": [str(program), "-I", "-m", "pip", "wheel", "--no-deps", "--no-index"]
        + ["--find-links", tools, "--wheel-dir", f"{work}/wheels", source],
    }
    assert asked["environment"].keys() >= {"PATH", "HOME", "TMPDIR", "LANG", "PIP_CONFIG_FILE"}


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        (b"E", InputError, "can't be built: E"),
        (b"ValueError: early\n" + b"x\n" * 40_000 + b"last\n", InputError, "can't be built: last"),
        (b"ValueError: early\n" + b"x\n" * 30_000, InputError, "can't be built: ValueError: early"),
        (b"", InputError, "can't be built: it says nothing"),
        (
            b"unconfined: [Errno 1] a: b\n",
            ConfinementError,
            "has no wheel and can't be built confined here: [Errno 1] a: b",
        ),
        (b"not unconfined: a\n", InputError, "can't be built: not unconfined: a"),
    ],
    ids=["letter", "much", "less", "nothing", "unconfined", "other"],
)
def test_the_end_of_what_a_build_says_is_told(program: Path, said: bytes, error: type, words: str) -> None:
    assert build(program, said) == (error, f"{SOURCE} {words}")


def test_a_build_that_can_not_be_started_is_told(program: Path) -> None:
    program.unlink()
    error, words = build(program)
    assert error is RunnerError
    assert words.startswith(f"the process that builds {SOURCE} could not be started: ")
