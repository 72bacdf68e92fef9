"""What the zygote and its children are to the kernel, and that no child outlives its zygote."""

import ctypes
import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from panther_ci.running.confined import identity, landlock, limits
from panther_ci.running.meter import Meter
from panther_ci.running.processes import ZygoteHandle
from panther_ci.running.settings import LAYERS
from tests.family import children_of, grandchildren_of, runs, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers are those of Linux")


class Family(NamedTuple):
    """A zygote with one child that waits for work, by their process ids."""

    zygote: int
    child: int


@contextmanager
def start(*readable: str) -> Iterator[ZygoteHandle]:
    """A zygote that reads the standard library and these folders."""
    handle = ZygoteHandle({}, Meter(on=False))
    library = sysconfig.get_paths()["stdlib"]
    orders: dict[str, Any] = {"layers": sorted(LAYERS), "readable": [library, *readable]}
    try:
        handle.begin({**orders, "parts": [], "paths": [], "preload": [], "sources": []})
        handle.ready()
        yield handle
    finally:
        handle.close()


@pytest.fixture
def family() -> Iterator[Family]:
    with start() as handle:
        before = set(children_of(os.getpid()))
        child = handle.fork(limits.bounds(1))
        (forked,) = wait_for(
            lambda: [each for each in grandchildren_of(os.getpid()) if each.parent in before]
        )
        wait_for(lambda: status(forked.pid)["Seccomp_filters"] == "2")
        yield Family(forked.parent, forked.pid)
        child.close()


def status(pid: int) -> dict[str, str]:
    """What the kernel tells of a process (proc_pid_status(5))."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return {name: " ".join(value.split()) for name, _, value in (line.partition(":") for line in lines)}


def test_a_filter_is_on_the_zygote_and_another_on_each_child(family: Family) -> None:
    assert [status(pid)["Seccomp_filters"] for pid in family] == ["1", "2"]
    assert {status(pid)["Seccomp"] for pid in family} == {"2"}


def test_neither_has_privileges_or_can_get_new_ones(family: Family) -> None:
    for pid in family:
        told = status(pid)
        assert told["NoNewPrivs"] == "1"
        assert {int(told[name], 16) for name in ("CapInh", "CapPrm", "CapEff")} == {0}


DROP = """
import ctypes, os, sys
from panther_ci.running.confined import identity
note = identity.drop(ctypes.CDLL(None, use_errno=True), sys.argv[1:])
print(os.getresuid(), os.getresgid(), os.getgroups(), bool(note))
print(*(line for line in open("/proc/self/status") if line.startswith(("CapInh", "CapPrm", "CapEff"))))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize(
    ("mode", "user"), [(0o705, identity.BODY_ID), (0o700, 0), (0o750, 0)], ids=["all", "owner", "group"]
)
def test_root_becomes_a_user_that_owns_nothing_where_that_one_can_read_all_it_needs(
    mode: int, user: int
) -> None:
    with TemporaryDirectory() as folder:  # not below `tmp_path`, which only root can enter
        Path(folder).chmod(mode)
        command = [sys.executable, "-c", DROP, "/usr", "/nonexistent", folder]
        ids, *capabilities = subprocess.check_output(command, text=True, extra_groups=[1]).splitlines()
    assert ids == f"{(user,) * 3} {(user,) * 3} [] {user == 0}"
    assert {int(line.split()[1], 16) for line in capabilities if line} == {0}


def test_each_has_a_session_of_its_own(family: Family) -> None:
    sessions = [os.getsid(pid) for pid in (os.getpid(), *family)]
    assert sessions[1:] == list(family)
    assert len(set(sessions)) == 3


def test_a_child_has_the_limits_and_leaves_no_core(family: Family) -> None:
    text = Path(f"/proc/{family.child}/limits").read_text()
    told = {line[:25].strip(): line[25:].split()[:2] for line in text.splitlines()}
    assert told["Max file size"] == told["Max processes"] == told["Max core file size"] == ["0", "0"]
    assert told["Max address space"] == ["805306368"] * 2  # 768 MiB
    assert told["Max open files"] == ["64"] * 2
    assert told["Max stack size"] == ["8388608"] * 2  # 8 MiB
    assert told["Max cpu time"] == ["1", "1"]


def test_a_child_dies_with_its_zygote_even_if_it_waits(family: Family) -> None:
    os.kill(family.zygote, signal.SIGKILL)
    assert wait_for(lambda: not runs(family.child))


LATE = """
import os
from panther_ci.running.confined.layers import Confinement
confinement = Confinement()
confinement.confine_zygote([], [])
if os.fork():
    os._exit(0)  # the zygote is gone before its child is confined
parent = os.getppid()
while parent != 1 and os.getppid() == parent and parent == confinement._zygote:
    pass
confinement.confine_child({})
print("lives")
"""


def test_a_child_that_comes_too_late_to_die_with_its_zygote_ends_at_once() -> None:
    early = LATE.replace("if os.fork():\n    os._exit(0)", "if pid := os.fork():\n    os._exit(os.wait()[1])")
    early = early.replace("parent ==", "0 ==")
    told = [subprocess.check_output([sys.executable, "-c", code], text=True) for code in (early, LATE)]
    assert told == ["lives\n", ""]


LOOK = """
import ctypes, sys
from panther_ci.running.confined.layers import Confinement
confinement = Confinement()
confinement.confine_zygote(sys.argv[1:], [])
print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), *sorted(confinement.layers))  # PR_GET_DUMPABLE
"""


@pytest.mark.parametrize("layers", [(), ("limits",)])
def test_no_other_process_may_look_into_it_whatever_the_layers(layers: tuple[str, ...]) -> None:
    told = subprocess.check_output([sys.executable, "-c", LOOK, *layers], text=True)
    assert told.split() == ["0", *layers]


ELSEWHERE = """
import resource, sys
from panther_ci.running.confined.layers import Confinement
sys.platform = "darwin"
confinement = Confinement()
confinement.confine_zygote(["identity", "landlock", "seccomp", "limits"], [])
confinement.confine_child({"RLIMIT_NOFILE": 20, "RLIMIT_OF_ANOTHER_SYSTEM": 1})
print(*confinement.layers, *confinement.notes, resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def test_elsewhere_than_on_linux_there_are_limits_only() -> None:
    assert subprocess.check_output([sys.executable, "-c", ELSEWHERE], text=True) == "limits (20, 20)\n"


SIGNAL = """
import os, signal, sys
from panther_ci.running.confined.layers import Confinement
confinement = Confinement()
confinement.confine_zygote(["landlock"], ["/"])
sibling = os.fork() or signal.pause()
if os.fork() == 0:
    if sys.argv[1] == "confined":
        confinement.confine_child({})
    try:
        os.kill(sibling, 0)
        os._exit(0)
    except PermissionError:
        os._exit(7)
print(os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
os.kill(sibling, signal.SIGKILL)
"""


@pytest.mark.skipif(
    landlock.version(ctypes.CDLL(None)) < 6, reason="Landlock of Linux 6.12 restricts signals"
)
def test_landlock_alone_keeps_a_child_from_its_siblings() -> None:
    told = [
        subprocess.check_output([sys.executable, "-c", SIGNAL, each], text=True)
        for each in ("as forked", "confined")
    ]
    assert told == ["0\n", "7\n"]
