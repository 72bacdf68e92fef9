"""What an attack is: a body that tries something, and how the side of the host sees that it succeeded."""

from dataclasses import dataclass
from enum import StrEnum

# Runs before every body: system calls by number, since the C library has no name for many.
PRELUDE = """
import ctypes, os
_libc = ctypes.CDLL(None, use_errno=True)
_column = 0 if os.uname().machine == "x86_64" else 1

def call(numbers, *arguments):
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = _libc.syscall(ctypes.c_long(numbers[_column]), *wide)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
"""

# Runs after a body that defines `attack(lure)`: what it returns is printed, and True is a claim of success.
EPILOGUE = """
def rule(event):
    lure = event.to_dict() if hasattr(event, "to_dict") else event
    try:
        got = attack(lure)
        print(lure["claim"] if got is True else got)
    except BaseException as error:
        print(type(error).__name__, error)
    return True
"""


class Effect(StrEnum):
    """How the host sees that an attack succeeded."""

    LEAKED = "a secret stands in the results, in a file or in what a listener received"
    CHANGED = "a file that the attacker doesn't own is no longer as it was"
    RECEIVED = "a listener was reached"
    HURT = "a process of others was ended, stopped or changed"
    CLAIMED = "the body says that a deed was not refused, and nobody else can see it"
    FORGED = "another detection got a wrong verdict, or none"
    ACCEPTED = "a body that gave no verdict passed"
    HUNG = "the run doesn't end"
    FLOODED = "a report grew without bound"
    LEFT = "a process outlives the run"


class Control(StrEnum):
    """Against what an attack has to succeed, so that its failure means something."""

    OFF = "our runner with every layer of confinement left off"
    NAIVE = "a runner that executes all bodies in its own process, as others do"


@dataclass(frozen=True)
class Attack:
    """One attack; `missing` names what a kernel may lack for it, so that even its control can't succeed."""

    name: str
    tries: str
    effect: Effect
    text: str
    control: Control = Control.OFF
    missing: str = ""

    @property
    def body(self) -> str:
        """The whole source of the body."""
        return PRELUDE + self.text + ("" if "def rule" in self.text else EPILOGUE)
