"""Landlock: which files a process may read, and that it may do nothing else to any file.

https://docs.kernel.org/userspace-api/landlock.html; the constants are those of <linux/landlock.h>.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from contextlib import suppress

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every machine
_VERSION = 1
_RULE_PATH_BENEATH = 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIRECTORY = 1 << 0, 1 << 1, 1 << 2, 1 << 3

# The last right over files that each version of the interface knows: 1 has those up to making links, 2 adds
# moving between folders, 3 cutting, 5 ioctl on devices.
_RIGHTS = {1: 1 << 12, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_TCP = (1 << 0) | (1 << 1)  # bind and connect, since version 4
_SCOPES = (1 << 0) | (1 << 1)  # abstract sockets and signals stay inside, since version 6


def version(libc: ctypes.CDLL) -> int:
    """The version of the interface that this kernel has; 0 if none."""
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION))))


def confine_to(libc: ctypes.CDLL, readable: Iterable[str], writable: Iterable[str] = ()) -> None:
    """Lets this process read below these paths and nothing else; raises OSError where that can't be done.

    With `writable`, it may do anything below those, and run the programs below all.
    """
    rights = _all_rights(version(libc))
    ruleset = _create(libc, rights)
    below = dict.fromkeys(writable, rights)
    below |= dict.fromkeys(readable, _READ_FILE | _READ_DIRECTORY | (_EXECUTE if below else 0))
    try:
        for path, allowed in below.items():
            with suppress(FileNotFoundError, NotADirectoryError, PermissionError):
                _allow(libc, ruleset, path, allowed)
        _restrict(libc, ruleset)
    finally:
        os.close(ruleset)


def separate(libc: ctypes.CDLL) -> None:
    """A separate domain for a child, so that it can neither trace nor signal its siblings."""
    ruleset = _create(libc, _all_rights(version(libc)) & ~(_READ_FILE | _READ_DIRECTORY))
    try:
        _restrict(libc, ruleset)
    finally:
        os.close(ruleset)


def _all_rights(number: int) -> int:
    last = max(right for since, right in _RIGHTS.items() if since <= number)
    return 2 * last - 1


def _create(libc: ctypes.CDLL, rights: int) -> int:
    # struct landlock_ruleset_attr grew: files, then network, then scopes.
    number = version(libc)
    fields = [rights, _TCP if number >= 4 else 0, _SCOPES if number >= 6 else 0]
    attributes = struct.pack("3Q", *fields)[: 8 if number < 4 else 16 if number < 6 else 24]
    return _checked(
        libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0))
    )


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not stat.S_ISDIR(os.fstat(parent).st_mode):
            rights &= _EXECUTE | _WRITE_FILE | _READ_FILE  # the kernel refuses those of folders
        rule = struct.pack("=Qi", rights, parent)  # struct landlock_path_beneath_attr is packed
        _checked(libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, ctypes.c_uint(0)))
    finally:
        os.close(parent)


def _restrict(libc: ctypes.CDLL, ruleset: int) -> None:
    _checked(libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint(0)))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "landlock")
    return int(result)
