"""Installs the packages that bodies import, from wheels only, where no secret is in reach."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from panther_ci.catalogue import CheckId
from panther_ci.errors import InputError, RunnerError
from panther_ci.model import Finding, Location

# What pip may know of its surroundings: where it may load from and through which proxy, and no more.
PASSED_ON = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
PASSED_ON_PREFIXES = ("PIP_",)
INSTALL_SECONDS = 600
REQUIREMENT = re.compile(
    r"""[A-Za-z0-9][A-Za-z0-9._-]*                       # name (PEP 508)
        \s*(\[[A-Za-z0-9._,\s-]*\])?                     # extras
        (\s*,?\s*[<>=!~]=?=?\s*[A-Za-z0-9.*+_-]+)*       # versions; disjoint from operators, so linear
        (\s*;[^@\\]*)?                                   # marker
        """,
    re.VERBOSE,
)
HASH = re.compile(r"\s+--hash=sha(256|384|512):[0-9a-f]+")
OPTION = re.compile(r"\s-")


class Requirements(NamedTuple):
    """A requirements file: its bytes, and findings on its lines; with any, nothing is installed."""

    data: bytes = b""
    findings: tuple[Finding, ...] = ()


def read_requirements(path: str, data: bytes) -> Requirements:
    """The requirements in a file, checked."""
    return Requirements(data, check_requirements(path, data))


@contextmanager
def installed(requirements: Requirements, environ: Mapping[str, str]) -> Iterator[str]:
    """The folder that the packages are installed in while this lasts; empty where there are none.

    Raises what `install_packages` raises.
    """
    if requirements.findings or not requirements.data.strip():
        yield ""
        return
    import tempfile

    with tempfile.TemporaryDirectory(prefix="panther-ci-") as parent:
        Path(parent).chmod(0o755)  # bodies run as another user
        folder = Path(parent) / "packages"
        install_packages(requirements.data, folder, environ)
        yield str(folder)


def check_requirements(path: str, data: bytes) -> tuple[Finding, ...]:
    """Findings for lines that are more than a name, versions, a marker and hashes.

    Options, URLs, paths and editable installs would run code of the pull request, or load from where
    it likes, outside the confinement. A variable would show what pip knows: the password of an index, say.
    """
    return tuple(
        Finding.of(
            CheckId.REQUIREMENTS_LINE,
            f"{line!r} is not a package name with versions.",
            Location(path, number),
            hint="Name a published package, such as policyuniverse==1.5.1; no option, URL, path or variable.",
        )
        for number, line in read_lines(data)
        if not is_plain(line)
    )


def is_plain(line: str) -> bool:
    """Whether a requirement is a name, versions, a marker and hashes.

    ` -` begins an option to pip, and `${NAME}` stands for a variable of its environment.
    """
    bare = HASH.sub("", line)
    return bool(REQUIREMENT.fullmatch(bare)) and not ("://" in bare or "$" in bare or OPTION.search(bare))


def read_lines(data: bytes) -> Iterator[tuple[int, str]]:
    """The requirements with their line numbers, continuations joined and comments left out (pip's rules)."""
    start, joined = 0, ""
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        start = start or number
        joined += re.sub(r"(^|\s)#.*", "", line)
        if joined.endswith("\\"):
            joined = joined[:-1]
            continue
        if joined.strip():
            yield start, joined.strip()
        start, joined = 0, ""
    if joined.strip():
        yield start, joined.strip()


def install_packages(data: bytes, folder: Path, environ: Mapping[str, str]) -> None:
    """Install wheels of the requirements into `folder`; raises `RunnerError` with pip's last words.

    Building from source would run code outside the confinement, so only wheels are taken.
    """
    listing = folder.parent / (folder.name + "-requirements.txt")
    listing.write_text("".join(f"{line}\n" for _, line in read_lines(data)), encoding="utf-8")
    command = [
        sys.executable,
        "-I",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--only-binary",
        ":all:",
    ]
    command += ["--disable-pip-version-check", "--target", str(folder), "--requirement", str(listing)]
    try:
        done = subprocess.run(
            command,
            env=pip_environment(environ),
            capture_output=True,
            timeout=INSTALL_SECONDS,
            cwd=folder.parent,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RunnerError(
            f"pip took longer than {INSTALL_SECONDS} s.", "Pin the packages' versions."
        ) from None
    except OSError as error:
        raise RunnerError(f"pip can't be started: {error}.", "Install pip for this Python.") from None
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["pip said nothing"]
        raise InputError(
            f"requirements can't be installed: {words[-1][:500]}",
            "Check names and versions; wheels are needed.",
        )


def pip_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The part of the environment pip gets."""
    return {
        name: value
        for name, value in environ.items()
        if name.upper() in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }


def importable_modules(folder: str) -> frozenset[str]:
    """The top-level names bodies can import: the standard library, what is installed here, and `folder`."""
    places = [Path(place) for place in (*sys.path, folder) if place.endswith(("-packages", "packages"))]
    names = (name for place in places if place.is_dir() for name in _modules_in(place))
    return sys.stdlib_module_names | frozenset(names)


def _modules_in(place: Path) -> Iterator[str]:
    for entry in os.scandir(place):
        if entry.is_dir() or entry.name.endswith((".py", ".so")):
            yield entry.name.partition(".")[0]
