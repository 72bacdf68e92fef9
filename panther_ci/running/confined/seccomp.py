"""Builds and installs filters of system calls: a list of what is allowed, all else fails with EPERM.

The program is classic BPF over `struct seccomp_data` (<linux/seccomp.h>, <linux/bpf_common.h>).
"""

import ctypes
import errno
import struct
from collections.abc import Iterable, Mapping, Sequence

from panther_ci.running.confined import syscalls
from panther_ci.running.confined.syscalls import OneOf, OnlyBits, Rule

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_KILL, _ALLOW, _REFUSE = 0x80000000, 0x7FFF0000, 0x00050000 | errno.EPERM
_AT_NUMBER, _AT_ARCH, _AT_ARGUMENTS = 0, 4, 16
_WORD = 0xFFFFFFFF
# x86-64 processes may also call through the x32 ABI, whose numbers start here.
_X32 = 0x40000000
_SECCOMP_MODE_FILTER = 2

Instruction = tuple[int, int, int, int]  # code, steps if true, steps if false, operand


class Filter:
    """A program ready to be installed; building it once and installing it in each child is cheap."""

    def __init__(self, program: Sequence[Instruction]) -> None:
        code = b"".join(struct.pack("HBBI", *instruction) for instruction in program)
        self._code = ctypes.create_string_buffer(code, len(code))
        # struct sock_fprog: the number of instructions and where they are.
        self._header = struct.pack("HL", len(program), ctypes.addressof(self._code))

    def install(self, libc: ctypes.CDLL) -> None:
        """Restricts this process and its children to the list for good; raises OSError if that fails."""
        arguments = (ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.c_char_p(self._header))
        if libc.prctl(syscalls.PR_SET_SECCOMP, *arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, "seccomp")


def assemble(allowed: Mapping[str, Rule], machine: str) -> list[Instruction]:
    """The program for a list of calls: refuses foreign ABIs by death, and what isn't listed by EPERM."""
    program = _load_number(machine)
    # Calls without conditions first: the kernel then knows beforehand that they pass.
    for name in sorted(allowed, key=lambda name: len(allowed[name])):
        number = syscalls.number_of(name, machine)
        if number is not None:
            block = _block(allowed[name])
            program += [(_JUMP_EQUAL, 0, len(block), number), *block]
    return [*program, (_RETURN, 0, 0, _REFUSE)]


def assemble_refusals(numbers: Iterable[int], machine: str) -> list[Instruction]:
    """The program that refuses these calls by EPERM and foreign ABIs by death, and allows all else."""
    program = _load_number(machine)
    for number in numbers:
        program += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def _load_number(machine: str) -> list[Instruction]:
    """How every program begins: the call came through the ABI of this machine, and its number is loaded."""
    program = [
        (_LOAD, 0, 0, _AT_ARCH),
        (_JUMP_EQUAL, 1, 0, syscalls.AUDIT_ARCHES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _AT_NUMBER),
    ]
    if machine == "x86_64":
        program += [(_JUMP_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _KILL)]
    return program


def _block(rule: Rule) -> list[Instruction]:
    """What is done for one call: it ends in a decision, since checking arguments overwrites the number."""
    if not rule:
        return [(_RETURN, 0, 0, _ALLOW)]
    block: list[Instruction] = [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    for condition in reversed(rule):
        block = [*_condition(condition, len(block) - 1), *block]
    return block


def _condition(condition: OneOf | OnlyBits, refuse: int) -> list[Instruction]:
    """Falls through if the condition is met, else jumps over so many instructions to the refusal."""
    low = _AT_ARGUMENTS + 8 * condition.argument
    if isinstance(condition, OnlyBits):
        return [(_LOAD, 0, 0, low), (_AND, 0, 0, ~condition.bits & _WORD), (_JUMP_EQUAL, 0, refuse, 0)]
    last = len(condition.values) - 1
    tests: list[Instruction] = [(_LOAD, 0, 0, low)]
    for position, value in enumerate(condition.values):
        tests.append((_JUMP_EQUAL, last - position, refuse if position == last else 0, value))
    if condition.wide:
        high: list[Instruction] = [(_LOAD, 0, 0, low + 4), (_JUMP_EQUAL, 0, refuse + len(tests), 0)]
        return [*high, *tests]
    return tests
