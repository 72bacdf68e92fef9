"""What confines the program that builds a package, and that it becomes the command."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "panther_ci/running/confined/build.py"
LOOK = "print(open('/proc/self/status').read(), open('/proc/self/limits').read())"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are those of Linux")


def become(code: str, place: Path, confined: bool = True) -> subprocess.CompletedProcess[str]:
    """Run code as a build that may write below `place`."""
    command = [sys.executable, "-c", code]
    orders: dict[str, Any] = {"confined": confined, "command": command, "writable": [str(place)]}
    readable = ["/usr", "/lib", "/lib64", "/proc/self", sys.prefix, sys.base_prefix]
    orders["readable"] = readable
    arguments = [sys.executable, "-I", str(SCRIPT), str(ROOT), json.dumps(orders)]
    return subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=place)


def look(place: Path, confined: bool = True) -> dict[str, str]:
    """What the kernel tells of a build (proc_pid_status(5), proc_pid_limits(5))."""
    done = become(LOOK, place, confined)
    assert done.stderr == ""
    lines = (line.replace(" " * 3, ":", 1).partition(":") for line in done.stdout.splitlines())
    return {name.strip(): " ".join(value.split()) for name, _, value in lines}


def test_a_build_has_all_layers(tmp_path: Path) -> None:
    told = look(tmp_path)
    assert (told["NoNewPrivs"], told["Seccomp"], told["Seccomp_filters"]) == ("1", "2", "1")
    assert {int(told[name], 16) for name in ("CapInh", "CapPrm", "CapEff")} == {0}
    assert look(tmp_path, confined=False)["NoNewPrivs"] == "0"


def test_a_build_has_limits(tmp_path: Path) -> None:
    told = look(tmp_path)
    assert told["Max address space"] == "4294967296 4294967296 bytes"  # 4 GiB
    assert told["Max file size"] == "268435456 268435456 bytes"  # 256 MiB
    assert told["Max cpu time"] == "600 600 seconds"
    assert told["Max core file size"] == "0 0 bytes"


def test_a_build_that_cannot_be_confined_does_not_begin(tmp_path: Path) -> None:
    code = "import sys, runpy; sys.platform, sys.argv = 'darwin', sys.argv[1:]; "
    code += "runpy.run_path(sys.argv[0], run_name='__main__')"
    orders = json.dumps({"confined": True, "readable": [], "writable": [], "command": ["/bin/true"]})
    arguments = [sys.executable, "-c", code, str(SCRIPT), str(ROOT), orders]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "unconfined: it takes Linux on x86-64 or aarch64\n")
