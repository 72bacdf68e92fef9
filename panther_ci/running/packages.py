"""Installs the packages that bodies import: only from wheels, and without access to secrets."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from panther_ci.catalogue import CheckId
from panther_ci.errors import InputError, RunnerError
from panther_ci.model import Finding, Location

# What pip may know of its environment: only where it may load from, and through which proxy.
PASSED_ON = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
PASSED_ON_PREFIXES = ("PIP_",)
INSTALL_SECONDS = 600
# Names of folders with installed packages; the last one is the image's.
LIBRARIES = ("site-packages", "dist-packages", "packages")
# Of a line without its hashes: real ones are much shorter, and a hostile one should not keep the parser busy.
LONGEST = 1000
MOST_FINDINGS = 20
SHOWN = 100
COMMENT = re.compile(r"(^|\s)#.*")
HASH = re.compile(r"--hash=sha(?:256|384|512):[0-9a-f]+")


class Requirements(NamedTuple):
    """A requirements file: its bytes, and findings on its lines; with any, nothing is installed."""

    data: bytes = b""
    findings: tuple[Finding, ...] = ()


def read_requirements(path: str, data: bytes) -> Requirements:
    """The requirements in a file, checked."""
    return Requirements(data, check_requirements(path, data))


@contextmanager
def installed(requirements: Requirements, environ: Mapping[str, str]) -> Iterator[str]:
    """The folder in which the packages are installed while this lasts; empty if there are none.

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
    """Findings for lines that are more than a name, versions, a marker and hashes; only the first of many.

    Options, URLs, paths and editable installs would run code of the pull request, or load it from any
    place, outside the confinement. A variable could print what pip knows, such as the password of an index.
    """
    refused = ((number, line) for number, line in read_lines(data) if not is_plain(line))
    return tuple(_report(path, number, line) for number, line in islice(refused, MOST_FINDINGS))


def _report(path: str, number: int, line: str) -> Finding:
    shown = line if len(line) <= SHOWN else f"{line[:SHOWN]}…"
    message = f"{shown!r} is not a package name with versions."
    return Finding.of(
        CheckId.REQUIREMENTS_LINE, message, Location(path, number), CheckId.REQUIREMENTS_LINE.help
    )


def is_plain(line: str) -> bool:
    """Whether a requirement is a name, extras, versions, a marker and hashes (PEP 508, without a URL).

    pip takes a word that begins with `-` for an option wherever it is, and `${NAME}` for a variable of its
    environment.
    """
    words = [word for word in line.split() if not HASH.fullmatch(word)]
    bare = " ".join(words)
    if len(bare) > LONGEST or "$" in bare or any(word.startswith("-") for word in words):
        return False
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(bare).url is None
    except (InvalidRequirement, RecursionError):  # a marker may nest too deeply to be read
        return False


def read_lines(data: bytes) -> Iterator[tuple[int, str]]:
    """The requirements with their line numbers, continuations joined and without comments (pip's rules)."""
    start, parts = 1, list[str]()
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        part = COMMENT.sub("", line)
        parts.append(part.removesuffix("\\"))
        if part.endswith("\\"):
            continue
        if joined := "".join(parts).strip():
            yield start, joined
        start, parts = number + 1, []
    if joined := "".join(parts).strip():
        yield start, joined


def install_packages(data: bytes, folder: Path, environ: Mapping[str, str]) -> None:
    """Install wheels of the requirements into `folder`; raises `InputError` with the last line of pip.

    Building from source would run code outside the confinement, so only wheels are installed. Raises
    `RunnerError` if pip can't be started or takes too long.
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
        words = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["pip printed nothing"]
        raise InputError(
            f"requirements can't be installed: {words[-1][:500]}",
            "Check names and versions; wheels are needed.",
        )


def pip_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The part of the environment that pip gets."""
    return {
        name: value
        for name, value in environ.items()
        if name.upper() in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }


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
