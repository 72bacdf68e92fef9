"""Answers for modules of the standard library that would look for them in files, which bodies can't use.

`tempfile` looks for a folder by writing a file into each, so that without this even a body or package that
only asks for the name fails; `mimetypes` reads what this machine knows. Neither is imported here: most bodies
never need them.
"""

import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any, Final

_PRESETS: Final[Mapping[str, tuple[str, Any]]] = {
    # A deployment's bodies run in Lambda, where it is the only folder that may be written to.
    "tempfile": ("tempdir", "/tmp"),  # noqa: S108 - nothing is written there
    "mimetypes": ("knownfiles", []),
}


class Presets:
    """A finder that gives these modules their answers as soon as they are imported."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The import system's question: the usual spec for one of the modules, nothing for all else."""
        if name not in _PRESETS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_set(module: ModuleType) -> None:
                run(module)
                setattr(module, *_PRESETS[name])

            spec.loader.exec_module = run_and_set  # type: ignore[method-assign]
        return spec


def preset() -> None:
    """Makes it so in this process, for whoever imports one of the modules first."""
    sys.meta_path.insert(0, Presets)
