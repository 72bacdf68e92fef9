"""Takes git out of its package without perl: its one program, what it fetches with, and their libraries.

    dpkg-query --show > BEFORE; apt-get install git; python3 git.py BEFORE FOLDER

All commands that panther-ci runs are built into the one program. What the base has is not taken. The packages
that something was taken of are named under /var/lib/dpkg/status.d, where scanners of images look for them.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

# `git clone` and `git fetch` run git-upload-pack for a repository in a folder, git-remote-https for others.
PROGRAMS: Final = (
    "/usr/bin/git",
    "/usr/bin/git-upload-pack",
    "/usr/lib/git-core/git-remote-http",
    "/usr/lib/git-core/git-remote-https",
)
# Empty, and git warns where it isn't there.
TEMPLATES: Final = "usr/share/git-core/templates"
STATUS: Final = "var/lib/dpkg/status.d"


def take(before: Path, folder: Path) -> None:
    """Copy git into a folder as it is to lie in the image, given what `dpkg-query --show` printed before."""
    owners = _list_owners(_run("dpkg-query", "--show").splitlines(), before.read_text().splitlines())
    taken = [Path(program) for program in PROGRAMS]
    libraries = {library for program in taken for library in _libraries(program)}
    taken += sorted(library for library in libraries if library.resolve() in owners)
    for path in taken:
        _copy(path, folder)
        _copy(path.resolve(), folder)
    for package in sorted({owners[path.resolve()] for path in taken}):
        _describe(package, folder)
    (folder / TEMPLATES).mkdir(parents=True)


def _list_owners(now: Iterable[str], before: Iterable[str]) -> Mapping[Path, str]:
    """The packages of the files that were installed since `before`."""
    packages = [line.split()[0] for line in set(now) - set(before)]
    return {
        Path(path).resolve(): package
        for package in packages
        for path in _run("dpkg-query", "--listfiles", package).splitlines()
        if Path(path).is_file()
    }


def _libraries(program: Path) -> Iterable[Path]:
    """The libraries that a program loads, in the folders that are no links."""
    for line in _run("ldd", str(program)).splitlines():
        _, arrow, rest = line.partition(" => ")
        if arrow:
            path = Path(rest.split()[0])
            yield path.parent.resolve() / path.name


def _copy(path: Path, folder: Path) -> None:
    target = folder / path.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(path, target, follow_symlinks=False)


def _describe(package: str, folder: Path) -> None:
    """Keep what dpkg knows of a package, and its licence."""
    name = package.partition(":")[0]
    (folder / STATUS).mkdir(parents=True, exist_ok=True)
    (folder / STATUS / name).write_text(_run("dpkg-query", "--status", package))
    licence = Path("/usr/share/doc", name, "copyright")
    if licence.exists():
        _copy(licence, folder)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    take(Path(sys.argv[1]), Path(sys.argv[2]))
