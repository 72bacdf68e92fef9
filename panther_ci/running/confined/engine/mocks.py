"""Replaces names of a body's own module by mocks that answer what a case says.

They are the standard library's, as in a deployment: bodies ask `isinstance(NAME, MagicMock)`.
"""

import builtins
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class UnknownNameError(Exception):
    """A mock names nothing that the body's module has or takes from Python's builtins."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@contextmanager
def patched(module: ModuleType, mocks: Sequence[tuple[str, Any]]) -> Iterator[None]:
    """Patches for the length of a case; raises UnknownNameError before anything was patched."""
    if not mocks:
        yield
        return
    # Slow to import, and few cases have mocks.
    from unittest.mock import MagicMock

    names = module.__dict__
    for name, _ in mocks:
        if name not in names and not hasattr(builtins, name):
            raise UnknownNameError(name)
    kept = {name: names[name] for name, _ in mocks if name in names}
    names.update({name: MagicMock(name=name, return_value=value) for name, value in mocks})
    try:
        yield
    finally:
        for name, _ in mocks:
            names.pop(name, None)
        names.update(kept)
