"""Installs the packages that bodies import: from wheels, and without access to secrets."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from panther_ci.errors import InputError, RunnerError
from panther_ci.running.requirements.lines import Requirements, hashes_of, name_of, without_hashes

if TYPE_CHECKING:
    from packaging.version import Version

    from panther_ci.running.requirements.building import Builder

# What pip may know of its environment: only where it may load from, and through which proxy.
PASSED_ON = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
PASSED_ON_PREFIXES = ("PIP_",)
INSTALL_SECONDS = 600
LONGEST_SHOWN = 500
NOT_FOUND = re.compile(r"^ERROR: No matching distribution found for (.+?)(?: \(from .*\))?$", re.MULTILINE)
# How pip says with -vv that there is a source distribution, which it may not use.
SOURCE = re.compile(r"Skipping link: No sources permitted for .*: (\S+)")
# Packages of a lock file that may have no wheel; each costs another run of pip.
MOST_WITHOUT_WHEELS = 20


class Installation:
    """One installation into `folder`; `warnings` say what could not be installed, and why."""

    def __init__(
        self,
        requirements: Requirements,
        parent: Path,
        environ: Mapping[str, str],
        builder: "Builder | None" = None,
    ) -> None:
        self.folder = parent / "packages"
        self.warnings: list[str] = []
        self._lines = {name_of(line): line for line in requirements.lines}
        self._locked = requirements.locked
        self._parent = parent
        self._environ = pip_environment(environ)
        self._builder = builder
        self._built: dict[str, Path] = {}

    def run(self) -> None:
        """Install what has wheels, or can be built; of a lock file, leave out what has none.

        A lock file names all that a repository ever uses, so most of what it names is not needed here; a body
        that needs it gets a finding. Raises `InputError` if a package can't be installed, and `RunnerError`
        if pip can't be started or takes too long.
        """
        for _ in range(MOST_WITHOUT_WHEELS):
            done = self._install()
            if done.returncode == 0:
                return
            said = done.stderr.decode("utf-8", "replace").strip()
            missing = NOT_FOUND.search(said)
            if missing is None:
                raise _refusal(said)
            self._do_without_wheel(missing[1])
        raise InputError(
            f"requirements can't be installed: more than {MOST_WITHOUT_WHEELS} packages have no wheel.",
            "Name a file with only the packages that bodies import.",
        )

    def _install(self) -> "subprocess.CompletedProcess[bytes]":
        listing = self._parent / "requirements.txt"
        listing.write_text("".join(f"{line}\n" for line in self._lines.values()), encoding="utf-8")
        options = ["--no-deps"] if self._locked else []
        options += [word for place in self._built.values() for word in ("--find-links", str(place))]
        return self._pip(
            "install", "--quiet", *options, "--target", str(self.folder), "--requirement", str(listing)
        )

    def _do_without_wheel(self, wanted: str) -> None:
        """Builds a package or goes on without it; raises `InputError` where neither is allowed."""
        source, name = self._find_source(wanted), name_of(wanted)
        if source and self._builder and name not in self._built:
            self._build(name, source)
            return
        what, advice = _describe(wanted, source)
        if not self._locked:
            raise InputError(f"requirements can't be installed: {what}.", advice)
        del self._lines[name]
        self.warnings.append(f"{what}, so it is not installed. {advice}")

    def _build(self, name: str, source: str) -> None:
        assert self._builder is not None
        line = self._lines.get(name, "")
        place = self._parent / f"build-{len(self._built)}"
        wheel = self._builder.build(source, hashes_of(line), place, self._pip)
        self._built[name] = place
        if hashes_of(line):
            digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
            self._lines[name] = f"{without_hashes(line)} --hash=sha256:{digest}"

    def _find_source(self, wanted: str) -> str:
        """Where an index has the newest source distribution of what is wanted; empty if it has none."""
        done = self._pip("download", "-vv", "--no-deps", "--dest", str(self._parent / "none"), wanted)
        links = SOURCE.findall(done.stdout.decode("utf-8", "replace"))
        found = {version: link for link in links if (version := _version_for(wanted, link)) is not None}
        return found[max(found)] if found else ""

    def _pip(self, command: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
        """Runs pip, which takes only wheels: building from source would run code outside the confinement."""
        options = ("--no-input", "--only-binary", ":all:", "--disable-pip-version-check")
        try:
            return subprocess.run(
                [sys.executable, "-I", "-m", "pip", command, *options, *arguments],
                env=self._environ,
                capture_output=True,
                timeout=INSTALL_SECONDS,
                cwd=self._parent,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise RunnerError(
                f"pip took longer than {INSTALL_SECONDS} s.", "Pin the packages' versions."
            ) from None
        except OSError as error:
            raise RunnerError(f"pip can't be started: {error}.", "Install pip for this Python.") from None


def _refusal(said: str) -> InputError:
    last = (said.splitlines() or ["pip printed nothing"])[-1]
    return InputError(
        f"requirements can't be installed: {last[:LONGEST_SHOWN]}",
        "Check names and versions; wheels are needed.",
    )


def _describe(wanted: str, source: str) -> tuple[str, str]:
    """What is wrong with a package, and what to do."""
    if source:
        advice = "Pin a version that has a wheel, or set `requirements-build: true` to build it."
        return f"{wanted} has no wheel for this Python", advice
    return f"no index has {wanted}", "Check its name and version."


def _version_for(wanted: str, link: str) -> "Version | None":
    """The version of a source distribution, if it is one of those that are wanted."""
    from packaging.requirements import Requirement
    from packaging.utils import InvalidSdistFilename, parse_sdist_filename
    from packaging.version import InvalidVersion

    file = unquote(link.partition("#")[0].rpartition("/")[2])
    try:
        name, version = parse_sdist_filename(file)
    except (InvalidSdistFilename, InvalidVersion):
        return None
    return version if name == name_of(wanted) and version in Requirement(wanted).specifier else None


def pip_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The part of the environment that pip gets."""
    return {
        name: value
        for name, value in environ.items()
        if name.upper() in PASSED_ON or name.startswith(PASSED_ON_PREFIXES)
    }
