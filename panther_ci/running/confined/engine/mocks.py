"""Replaces names of a body's own module by mocks that answer what a case says.

They are the standard library's, as in a deployment: bodies ask `isinstance(NAME, MagicMock)`.
"""

import builtins
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class UnknownNameError(Exception):
    """A mock has this name, which is nothing that the body's module has or takes from Python's builtins."""


@contextmanager
def patched(module: ModuleType, mocks: Sequence[tuple[str, Any]]) -> Iterator[list[str]]:
    """Patches for the length of a case; raises UnknownNameError before anything was patched.

    Afterwards the list has the names of constants whose mocks were never called, so that they had no effect.
    """
    idle: list[str] = []
    if not mocks:
        yield idle
        return
    # Slow to import, and few cases have mocks.
    from unittest.mock import MagicMock

    names = module.__dict__
    for name, _ in mocks:
        if name not in names and not hasattr(builtins, name):
            raise UnknownNameError(name)
    kept = {name: names[name] for name, _ in mocks if name in names}
    made = {name: MagicMock(name=name, return_value=value) for name, value in mocks}
    names.update(made)
    try:
        yield idle
    finally:
        idle += [name for name, value in kept.items() if not callable(value) and made[name].called is False]
        for name, _ in mocks:
            names.pop(name, None)
        names.update(kept)
