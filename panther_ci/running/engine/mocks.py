"""Replaces names of a body's own module by functions that answer what a case says."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any


class UnknownNameError(Exception):
    """A mock names nothing in the body's module."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class MockFunction:
    """Answers the same value whatever it is called with."""

    def __init__(self, name: str, value: Any) -> None:
        self.__name__ = name
        self._value = value

    def __call__(self, *_positional: Any, **_named: Any) -> Any:
        return self._value


@contextmanager
def patched(module: ModuleType, mocks: Sequence[tuple[str, Any]]) -> Iterator[None]:
    """Patches for the length of a case; raises UnknownNameError before anything was patched."""
    names = module.__dict__
    for name, _ in mocks:
        if name not in names:
            raise UnknownNameError(name)
    kept = {name: names[name] for name, _ in mocks}
    names.update({name: MockFunction(name, value) for name, value in mocks})
    try:
        yield
    finally:
        names.update(kept)
