"""The filters, judged by an interpreter of BPF of our own, for both machines."""

import fcntl
import os
import struct
import termios
from pathlib import Path

import pytest

from panther_ci.running.confined import build, syscalls
from panther_ci.running.confined.seccomp import Instruction, assemble, assemble_refusals

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000
X86, ARM = "x86_64", "aarch64"
# The machine of <linux/elf-em.h>, of 64 bits and little-endian: __AUDIT_ARCH_64BIT, __AUDIT_ARCH_LE.
ABIS = {X86: 62 | 0xC0000000, ARM: 183 | 0xC0000000}
FORK = 0x01200011


def decide(program: list[Instruction], machine: str, number: int, *arguments: int) -> int:
    """What the kernel would answer to a call."""
    padded = [argument & (2**64 - 1) for argument in (*arguments, 0, 0, 0, 0, 0, 0)][:6]
    data = struct.pack("<IIQ6Q", number, ABIS[machine], 0, *padded)
    at = accumulator = 0
    for _ in range(len(program)):
        code, jump_true, jump_false, operand = program[at]
        at += 1
        assert code in (0x15, 0x35) or (jump_true, jump_false) == (0, 0)
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif code == 0x54:
            accumulator &= operand
        elif code in (0x15, 0x35):
            held = accumulator == operand if code == 0x15 else accumulator >= operand
            at += jump_true if held else jump_false
        else:
            assert code == 0x06
            return operand
    raise AssertionError("the program doesn't end")


def call(name: str, *arguments: int, machine: str = X86, allowed: str = "BODY") -> int:
    number = syscalls.number_of(name, machine)
    assert number is not None
    return decide(assemble(getattr(syscalls, allowed), machine), machine, number, *arguments)


@pytest.mark.parametrize("machine", [X86, ARM])
@pytest.mark.parametrize("allowed", ["BODY", "BODY_WITHOUT_FILES", "ZYGOTE"])
def test_exactly_the_listed_calls_pass(machine: str, allowed: str) -> None:
    rules = getattr(syscalls, allowed)
    program = assemble(rules, machine)
    listed = {syscalls.number_of(name, machine) for name in rules} - {None}
    passing = {number for number in range(600) if decide(program, machine, number) == ALLOW}
    assert passing <= listed
    assert {syscalls.number_of(name, machine) for name, rule in rules.items() if not rule} - {None} <= passing
    assert decide(program, machine, 599) == REFUSE


@pytest.mark.parametrize("machine", [X86, ARM])
def test_every_jump_fits_and_every_listed_call_has_a_number(machine: str) -> None:
    for allowed in (syscalls.BODY, syscalls.BODY_WITHOUT_FILES, syscalls.ZYGOTE):
        program = assemble(allowed, machine)
        assert all(max(instruction[1:3]) < 256 for instruction in program)
        assert len(program) < 4096
        assert set(allowed) <= set(syscalls.NUMBERS)


def test_numbers_are_those_of_linux_and_used() -> None:
    lines = Path(__file__).with_name("unistd.txt").read_text().splitlines()[1:]
    linux = {name: (int(x86), None if arm == "-" else int(arm)) for name, x86, arm in map(str.split, lines)}
    assert linux == {**syscalls.NUMBERS, **build.REFUSED}
    assert set(syscalls.NUMBERS) == set(syscalls.ZYGOTE)
    assert set(build.REFUSED) & set(syscalls.NUMBERS) == {"kill"}


def test_foreign_abis_are_killed() -> None:
    program = assemble(syscalls.BODY, X86)
    assert decide(program, ARM, 63) == KILL
    assert decide(program, X86, 0x40000000) == KILL
    assert decide(assemble(syscalls.BODY, ARM), X86, 0) == KILL


@pytest.mark.parametrize(
    ("flags", "answer"),
    [
        (os.O_RDONLY | os.O_CLOEXEC, ALLOW),
        (os.O_RDONLY | os.O_DIRECTORY | os.O_NONBLOCK | os.O_CLOEXEC, ALLOW),
        *((flag, ALLOW) for flag in (os.O_NOFOLLOW, os.O_DIRECTORY, os.O_NONBLOCK, os.O_NOCTTY)),
        (os.O_WRONLY, REFUSE),
        (os.O_RDWR, REFUSE),
        (os.O_RDONLY | os.O_CREAT, REFUSE),
        (os.O_RDONLY | os.O_TRUNC, REFUSE),
        (os.O_RDONLY | os.O_APPEND, REFUSE),
        (os.O_RDONLY | os.O_TMPFILE, REFUSE),
    ],
)
def test_files_are_opened_for_reading_only(flags: int, answer: int) -> None:
    assert call("openat", -100, 0x7F00, flags) == answer
    assert call("openat", -100, 0x7F00, flags, allowed="ZYGOTE") == answer


def test_without_landlock_a_body_opens_nothing() -> None:
    assert call("openat", -100, 0x7F00, os.O_RDONLY, allowed="BODY_WITHOUT_FILES") == REFUSE


@pytest.mark.parametrize(
    ("name", "arguments", "body", "zygote"),
    [
        ("clone", (FORK,), REFUSE, ALLOW),
        ("clone", (17,), REFUSE, ALLOW),
        ("clone", (FORK | 0x10000000,), REFUSE, REFUSE),  # CLONE_NEWUSER
        ("clone", (FORK | 0x100,), REFUSE, REFUSE),  # CLONE_VM, as threads have it
        ("clone", (FORK | 1 << 40,), REFUSE, REFUSE),
        ("kill", (1, 9), REFUSE, ALLOW),
        ("prctl", (syscalls.PR_SET_PDEATHSIG, 9), REFUSE, ALLOW),
        ("prctl", (syscalls.PR_SET_DUMPABLE, 1), REFUSE, REFUSE),
        ("prctl", (syscalls.PR_SET_SECCOMP, 2), REFUSE, ALLOW),
        *(("fcntl", (3, each), ALLOW, ALLOW) for each in (fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL)),
        ("fcntl", (3, 8), REFUSE, REFUSE),  # F_SETOWN
        ("fcntl", (3, 10), REFUSE, REFUSE),  # F_SETSIG
        *(("ioctl", (3, each), ALLOW, ALLOW) for each in (termios.TCGETS, termios.FIONREAD)),
        *(("ioctl", (3, each), ALLOW, ALLOW) for each in (termios.FIOCLEX, termios.FIONCLEX)),
        ("ioctl", (3, 0x5412), REFUSE, REFUSE),  # TIOCSTI
        ("prlimit64", (0, 7, 0, 0x7F00), ALLOW, ALLOW),
        ("prlimit64", (0, 7, 0x7F00, 0), REFUSE, ALLOW),
        ("prlimit64", (0, 7, 0x7F0000000000, 0), REFUSE, ALLOW),
        ("prlimit64", (1, 7, 0, 0x7F00), REFUSE, REFUSE),
    ],
)
@pytest.mark.parametrize("machine", [X86, ARM])
def test_arguments_decide(
    name: str, arguments: tuple[int, ...], body: int, zygote: int, machine: str
) -> None:
    assert call(name, *arguments, machine=machine) == body
    assert call(name, *arguments, machine=machine, allowed="ZYGOTE") == zygote


# From unistd.h of each machine: execve, ptrace, socket, connect, unlinkat, mount, bpf, io_uring_setup.
FORBIDDEN = {
    X86: (59, 101, 41, 42, 263, 165, 321, 425),
    ARM: (221, 117, 198, 203, 35, 40, 280, 425),
}


@pytest.mark.parametrize("machine", [X86, ARM])
@pytest.mark.parametrize("allowed", ["BODY", "ZYGOTE"])
def test_the_worst_calls_are_refused(machine: str, allowed: str) -> None:
    program = assemble(getattr(syscalls, allowed), machine)
    assert {decide(program, machine, number) for number in FORBIDDEN[machine]} == {REFUSE}


@pytest.mark.parametrize("machine", [X86, ARM])
def test_a_build_may_make_all_calls_but_those_that_reach_others(machine: str) -> None:
    refused = build.numbers(machine)
    program = assemble_refusals(refused, machine)
    assert len(set(refused)) == len(build.REFUSED)
    assert {number for number in range(600) if decide(program, machine, number) == REFUSE} == set(refused)
    assert {decide(program, machine, number) for number in range(600)} == {ALLOW, REFUSE}
    assert decide(program, ARM if machine == X86 else X86, 0) == KILL
