"""Imports the sources of the repository from memory, under their own names and paths.

No file of the checkout is opened: a module's source came over the pipe, and its path in the
repository is only the name that tracebacks show.
"""

import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, NamedTuple

from panther_ci.running.confined.engine.reach import reaches_unseen

if TYPE_CHECKING:
    from importlib.abc import Loader
else:
    # Importing it would double the memory of every process that runs bodies, for nothing.
    Loader = object


class Text(NamedTuple):
    """A source: its path in the repository and its bytes."""

    path: str
    text: bytes


class Compiled:
    """The code of sources, compiled once for a process, and whether it reaches what can't be seen."""

    def __init__(self) -> None:
        self._code: dict[Text, tuple[CodeType, bool]] = {}

    def get(self, source: Text) -> tuple[CodeType, bool]:
        """The code of a source; raises what `compile` raises."""
        found = self._code.get(source)
        if found is None:
            code = compile(source.text, source.path, "exec", dont_inherit=True)
            found = self._code[source] = (code, reaches_unseen(code))
        return found


class RepositoryModules(Loader):
    """A finder and loader of the helpers of one detection; `close` forgets all that it loaded."""

    def __init__(self, helpers: Mapping[str, Text], compiled: Compiled) -> None:
        self._helpers = helpers
        self._compiled = compiled
        self._loaded: list[ModuleType] = []
        self.reaches_unseen = False

    def open(self) -> None:
        """Makes the helpers importable; a module of the same name is lost, which a guard will see."""
        for name in self._helpers:
            sys.modules.pop(name, None)
        sys.meta_path.insert(0, self)

    def close(self) -> None:
        """Takes the helpers and all modules made from them out of the interpreter."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        for module in self._loaded:
            if sys.modules.get(module.__name__) is module:
                del sys.modules[module.__name__]
        for module in self._loaded:
            module.__dict__.clear()
        self._loaded.clear()

    def loaded(self, name: str) -> ModuleType | None:
        """A module that `load` made before."""
        return next((module for module in self._loaded if module.__name__ == name), None)

    def load(self, name: str, source: Text) -> ModuleType:
        """Runs a source as a module of that name; raises what the source raises."""
        spec = ModuleSpec(name, self, origin=source.path)
        spec.has_location = True
        module = ModuleType(name)
        module.__spec__ = spec
        module.__file__ = source.path
        module.__loader__ = self
        sys.modules[name] = module
        self._loaded.append(module)
        self._run(source, module)
        return module

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The import system's question: a spec for a helper, nothing for all else."""
        del path, target
        source = self._helpers.get(name)
        if source is None:
            return None
        spec = ModuleSpec(name, self, origin=source.path)
        spec.has_location = True
        return spec

    def create_module(self, spec: ModuleSpec) -> None:
        """Python makes the module itself."""

    def exec_module(self, module: ModuleType) -> None:
        """Runs a helper that is being imported."""
        self._loaded.append(module)
        self._run(self._helpers[module.__name__], module)

    def _run(self, source: Text, module: ModuleType) -> None:
        code, reaches = self._compiled.get(source)
        self.reaches_unseen |= reaches
        exec(code, module.__dict__)  # noqa: S102 - to run bodies is what all this is for
