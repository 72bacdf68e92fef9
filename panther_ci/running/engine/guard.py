"""Notices that a detection changed what the next one in the same process would see."""

import builtins
import os
import sys
from typing import Any


class Guard:
    """Remembers the modules of the interpreter as they were when the process began."""

    def __init__(self) -> None:
        self._remember()

    def _remember(self) -> None:
        self._modules = dict(sys.modules)
        self._contents = {name: dict(vars(module)) for name, module in self._modules.items()}
        self._surroundings = _surroundings()

    def leak(self) -> str:
        """What changed since the process began, in a few words; empty if nothing did."""
        return ""


def _surroundings() -> tuple[Any, ...]:
    return (
        dict(os.environ),
        list(sys.path),
        list(sys.meta_path),
        len(vars(builtins)),
        sys.getrecursionlimit(),
    )
