"""Gives up the privileges of root: a user id that owns nothing, or at least no capability."""

import ctypes
import os
import struct
from collections.abc import Sequence

# No user, system service or container mapping has it by convention (https://systemd.io/UIDS-GIDS/).
BODY_ID = 61_000
_CAPABILITY_VERSION_3 = 0x20080522  # <linux/capability.h>


def drop(libc: ctypes.CDLL, readable: Sequence[str]) -> str:
    """Leaves root for good; returns a warning if only the capabilities could be given up.

    The user id changes only if it can read what the interpreter needs, which it can't where Python is
    installed in root's home. Raises OSError if not even the capabilities can be given up.
    """
    if os.geteuid() != 0:
        return ""
    changed = _try_user(readable)
    _empty_capabilities(libc)
    return "" if changed else "bodies run as user 0 without capabilities: another user can't read this Python"


def _try_user(readable: Sequence[str]) -> bool:
    try:
        os.setgroups([])
        os.setresgid(BODY_ID, BODY_ID, 0)
        os.setresuid(BODY_ID, BODY_ID, 0)
    except OSError:  # no such capability, or a user namespace without this id
        return False
    if all(_can_read(path) for path in readable):
        os.setresgid(BODY_ID, BODY_ID, BODY_ID)
        os.setresuid(BODY_ID, BODY_ID, BODY_ID)
        return True
    os.setresuid(0, 0, 0)
    os.setresgid(0, 0, 0)
    return False


def _can_read(path: str) -> bool:
    try:
        os.close(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _empty_capabilities(libc: ctypes.CDLL) -> None:
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    if libc.capset(header, bytes(2 * 3 * 4)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, "capset")
