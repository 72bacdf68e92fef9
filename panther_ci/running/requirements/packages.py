"""Which packages bodies can import: those beside this program, and those that requirements name."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from panther_ci.running.requirements.lines import Requirements

if TYPE_CHECKING:
    from panther_ci.running.requirements.building import Builder

# Names of folders with installed packages; the last one is the image's.
LIBRARIES = ("site-packages", "dist-packages", "packages")


class Packages(NamedTuple):
    """The folder of what was installed, empty if nothing was, and what could not be installed."""

    folder: str = ""
    warnings: tuple[str, ...] = ()


@contextmanager
def installed(
    requirements: Requirements, environ: Mapping[str, str], builder: "Builder | None" = None
) -> Iterator[Packages]:
    """The packages that requirements name, installed while this lasts; without a builder, only from wheels.

    Raises what `Installation.run` raises.
    """
    if requirements.findings or not requirements.lines:
        yield Packages()
        return
    import tempfile

    from panther_ci.running.requirements.installing import Installation

    with tempfile.TemporaryDirectory(prefix="panther-ci-") as parent:
        Path(parent).chmod(0o755)  # bodies run as another user
        installation = Installation(requirements, Path(parent), environ, builder)
        installation.run()
        yield Packages(str(installation.folder), tuple(installation.warnings))


def library_folders() -> list[str]:
    """Where packages are installed beside this program: by pip, by Debian, or in the image."""
    return [place for place in sys.path if Path(place).name in LIBRARIES]


def importable_modules(folder: str) -> frozenset[str]:
    """The top-level names bodies can import: the standard library, what is installed here, and `folder`."""
    places = [Path(place) for place in (*library_folders(), folder) if place]
    names = (name for place in places if place.is_dir() for name in _modules_in(place))
    return sys.stdlib_module_names | frozenset(names)


def _modules_in(place: Path) -> Iterator[str]:
    for entry in os.scandir(place):
        if entry.is_dir() or entry.name.endswith((".py", ".so")):
            yield entry.name.partition(".")[0]
