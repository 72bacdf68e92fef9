"""Notices that a detection changed what the next one in the same process would see.

It guards against accidents among unchanged detections that share a process (a patched module, a changed
default), not against malice: what a pull request changed runs in a separate process. It doesn't look
into the containers of modules, except those listed here.
"""

import builtins
import gc
import opcode
import os
import sys
from collections.abc import Iterator, Sequence
from types import CodeType, ModuleType
from typing import Any

_STORES = {opcode.opmap["STORE_ATTR"], opcode.opmap["DELETE_ATTR"]}
_STORING_NAMES = frozenset(("setattr", "delattr", "__setattr__", "__dict__", "vars", "exec", "eval"))
# We replace the streams ourselves, for each detection.
_OURS = ("stdout", "stderr")


def changes_attributes(code: CodeType) -> bool:
    """Whether code, or code within it, may set an attribute of anything."""
    if not _STORES.isdisjoint(code.co_code[::2]) or not _STORING_NAMES.isdisjoint(code.co_names):
        return True
    return any(changes_attributes(inner) for inner in code.co_consts if isinstance(inner, CodeType))


class Guard:
    """The interpreter as it was before any detection: its modules, their contents, their classes."""

    def __init__(self, libraries: Sequence[str]) -> None:
        self._libraries = tuple(f"{path}/" for path in libraries)
        self._modules: dict[str, ModuleType] = {}
        self._contents: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self._classes: list[tuple[type, dict[str, Any]]] = []
        self._adopt(dict(sys.modules))
        self._system = _system()
        self._surroundings = _surroundings()

    def forked(self) -> None:
        """Accepts what Python itself renews in a forked process: the locks of `threading`."""
        threading = vars(sys.modules["threading"]) if "threading" in sys.modules else None
        self._contents = [(now, dict(now) if now is threading else before) for now, before in self._contents]

    def leak(self, changes: bool) -> str:
        """What a detection left changed, in a few words; `changes` is whether its code sets attributes."""
        known = self._modules
        new = {name: module for name, module in sys.modules.items() if known.get(name) is not module}
        if any(name in known for name in new) or len(sys.modules) != len(known) + len(new):
            return "a module was replaced"
        if new and (changes or not all(self._is_library(module) for module in new.values())):
            return "a module was added"
        for now, before in self._contents:
            if now != before:
                return f"the module {before.get('__name__')} was changed"
        if self._system != _system() or self._surroundings != _surroundings():
            return "the state of the interpreter was changed"
        if changes and any(kind.__dict__ != before for kind, before in self._classes):
            return "a class of a library was changed"
        self._adopt(new)
        return ""

    def _adopt(self, modules: dict[str, ModuleType]) -> None:
        self._modules.update(modules)
        for module in modules.values():
            contents = vars(module)
            if module is not sys:
                self._contents.append((contents, dict(contents)))
            self._classes += [(kind, dict(vars(kind))) for kind in _classes_of(module)]

    def _is_library(self, module: ModuleType) -> bool:
        origin = getattr(getattr(module, "__spec__", None), "origin", None)
        return origin in ("built-in", "frozen") or str(origin).startswith(self._libraries)


def _classes_of(module: ModuleType) -> Iterator[type]:
    for value in list(vars(module).values()):
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield value


def _system() -> dict[str, Any]:
    return {name: value for name, value in vars(sys).items() if name not in _OURS}


def _surroundings() -> list[Any]:
    """State behind functions or in containers that is often changed by accident."""
    loaded = sys.modules
    found: list[Any] = [dict(os.environ), list(sys.path), list(sys.meta_path), sys.getrecursionlimit()]
    found += [vars(builtins).copy(), gc.isenabled()]
    if "warnings" in loaded:
        found.append(list(loaded["warnings"].filters))
    if "logging" in loaded:
        root = loaded["logging"].root
        found.append((root.level, list(root.handlers), root.disabled))
    if "decimal" in loaded:
        found.append(repr(loaded["decimal"].getcontext()))
    if "_socket" in loaded:
        found.append(loaded["_socket"].getdefaulttimeout())
    return found
