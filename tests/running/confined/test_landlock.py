"""What is asked of Landlock, told by a stand-in for the kernel; other tests ask the real one."""

import os
import struct
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from panther_ci.running.confined import landlock

# By version, what <linux/landlock.h> has for files, network and scopes, as far as the structure goes.
ASKED = {
    1: (0x1FFF,),
    2: (0x3FFF,),
    3: (0x7FFF,),
    4: (0x7FFF, 3),
    5: (0xFFFF, 3),
    6: (0xFFFF, 3, 3),
    7: (0xFFFF, 3, 3),
}
EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = 1, 2, 4, 8


class Rule(NamedTuple):
    """What may be done below a file, by its inode."""

    inode: int
    rights: int


class Kernel:
    """Answers as Linux does: the versions, a descriptor of a ruleset, or -1 for what fails."""

    def __init__(self, version: int, fails: int = 0) -> None:
        self.version = version
        self.fails = fails
        self.asked: tuple[int, ...] = ()
        self.rules: list[Rule] = []
        self.restricted = False

    def syscall(self, number: int, first: Any, *rest: Any) -> int:
        if number == self.fails and first is not None:
            return -1
        if number == 444:
            return self.create(first, *(each.value for each in rest))
        if number == 445:
            kind, rule, flags = rest
            assert (kind, len(rule), flags.value) == (1, 12, 0)
            rights, descriptor = struct.unpack("=Qi", rule)
            self.rules.append(Rule(os.fstat(descriptor).st_ino, rights))
            return 0
        assert (number, rest[0].value) == (446, 0)
        self.restricted = True
        return 0

    def create(self, attributes: bytes | None, size: int, flags: int) -> int:
        if attributes is None:
            assert (size, flags) == (0, 1)
            return self.version
        assert (size, flags) == (len(attributes), 0)
        self.asked = struct.unpack(f"{size // 8}Q", attributes)
        return os.open(os.devnull, os.O_RDONLY)


def count_open() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def confine(kernel: Any, *paths: Any) -> None:
    landlock.confine_to(kernel, *paths)


@pytest.mark.parametrize("version", ASKED)
def test_everything_that_a_kernel_can_restrict_is_restricted(version: int) -> None:
    kernel = Kernel(version)
    before = count_open()
    confine(kernel, [])
    assert count_open() == before
    assert (kernel.asked, kernel.rules, kernel.restricted) == (ASKED[version], [], True)


@pytest.mark.parametrize("version", ASKED)
def test_a_child_may_be_separate_without_losing_what_it_reads(version: int) -> None:
    kernel: Any = Kernel(version)
    before = count_open()
    landlock.separate(kernel)
    assert count_open() == before
    files, *more = ASKED[version]
    assert kernel.asked == (files & ~(READ_FILE | READ_FOLDER), *more)
    assert (kernel.rules, kernel.restricted) == ([], True)


def test_a_body_reads_and_runs_nothing(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    kernel = Kernel(3)
    confine(kernel, [str(tmp_path), str(file), str(tmp_path / "missing"), str(file / "below")])
    assert kernel.rules == [
        (tmp_path.stat().st_ino, READ_FILE | READ_FOLDER),
        (file.stat().st_ino, READ_FILE),  # the kernel refuses the rights of folders
    ]


def test_a_build_runs_what_it_reads_and_does_all_where_it_works(tmp_path: Path) -> None:
    tool, place = tmp_path / "tool", tmp_path / "place"
    tool.write_text("")
    place.mkdir()
    kernel = Kernel(3)
    confine(kernel, [str(tmp_path), str(tool)], [str(place)])
    assert kernel.rules == [
        (place.stat().st_ino, 0x7FFF),
        (tmp_path.stat().st_ino, EXECUTE | READ_FILE | READ_FOLDER),
        (tool.stat().st_ino, EXECUTE | READ_FILE),
    ]


def test_a_file_where_a_build_works_has_the_rights_of_files(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    kernel = Kernel(3)
    confine(kernel, [], [str(file)])
    assert kernel.rules == [(file.stat().st_ino, EXECUTE | WRITE_FILE | READ_FILE)]


@pytest.mark.parametrize("call", [444, 445, 446])
def test_what_the_kernel_refuses_is_an_error_and_leaves_nothing_open(call: int, tmp_path: Path) -> None:
    kernel = Kernel(3, fails=call)
    before = count_open()
    with pytest.raises(OSError, match="landlock"):
        confine(kernel, [str(tmp_path)])
    assert count_open() == before


@pytest.mark.parametrize(("answer", "version"), [(-1, 0), (0, 0), (1, 1), (7, 7)])
def test_a_kernel_without_it_has_version_0(answer: int, version: int) -> None:
    kernel: Any = Kernel(answer)
    assert landlock.version(kernel) == version
