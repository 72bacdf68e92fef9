"""What `tempfile.gettempdir()` answers: a folder, though nothing can be written to it.

Python looks for a folder by writing a file into each, so that without this even a body or package that only
asks for the name fails. `tempfile` isn't imported here: most bodies never need it.
"""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

# A deployment's bodies run in Lambda, where it is the only folder that may be written to.
FOLDER = "/tmp"  # noqa: S108 - nothing is written there


class TemporaryFolder:
    """A finder that gives `tempfile` its folder as soon as it is imported."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The import system's question: the usual spec for `tempfile`, nothing for all else."""
        if name != "tempfile":
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_set(module: ModuleType) -> None:
                run(module)
                module.tempdir = FOLDER  # type: ignore[attr-defined]

            spec.loader.exec_module = run_and_set  # type: ignore[method-assign]
        return spec


def preset() -> None:
    """Makes it so in this process, for whoever imports `tempfile` first."""
    sys.meta_path.insert(0, TemporaryFolder)
