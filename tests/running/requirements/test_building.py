"""Packages without wheels are built where that is allowed: by their own code, which can reach nothing."""

import hashlib
import os
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from panther_ci.errors import InputError
from panther_ci.running.requirements.building import Builder, check_hash, read_build_requirements
from panther_ci.running.requirements.installing import Installation
from panther_ci.running.requirements.lines import read_requirements
from tests.sources import archive, write_source

RUNS = "__import__('subprocess').run(['true']).returncode"
WRITES = "__import__('tempfile').NamedTemporaryFile().write(b'x')"


def build(place: Path, line: str = "demo-src", confined: bool = True) -> dict[str, str]:
    """Install from source, and return what the module was built with."""
    environ = {"PATH": os.environ["PATH"], "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(place)}
    environ |= {"PIP_CONFIG_FILE": os.devnull, "PIP_SECRET": "hidden", "GITHUB_TOKEN": "hidden"}
    requirements = read_requirements("requirements.txt", line.encode())
    installation = Installation(requirements, place, environ, Builder(environ, confined))
    installation.run()
    module = (installation.folder / "demo_src.py").read_text()
    results: dict[str, str] = eval(module.partition("=")[2])
    return results


def build_wheel(source: Path) -> None:
    """Build the wheel of a source that needs no other package for it."""

    def run_pip(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
        raise AssertionError(arguments)

    Builder({"PATH": os.environ["PATH"]}).build(source.as_uri(), (), source.parent / "place", run_pip)


def refused_deeds(secret: Path) -> dict[str, str]:
    """What a build may not do, and what becomes of it."""
    return {
        f"open({str(secret)!r}).read()": "PermissionError",
        f"open({str(secret)!r}, 'w').write('spoiled')": "PermissionError",
        f"open('/proc/{os.getpid()}/environ').read()": "PermissionError",
        "'hidden' in str(os.environ)": "False",
        "socket.socket(socket.AF_INET).close()": "PermissionError",
        "socket.socket(socket.AF_UNIX).close()": "PermissionError",
        f"os.kill({os.getpid()}, 0)": "PermissionError",
    }


class Built(NamedTuple):
    """A secret beside a source that was built with its hash, and what became of its deeds."""

    secret: Path
    results: dict[str, str]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """One build of one source, which tries all that is asked about."""
    place = tmp_path_factory.mktemp("built")
    secret = place / "secret"
    secret.write_text("secret")
    digest = write_source(place, ["6 * 7", RUNS, WRITES, *refused_deeds(secret)])
    return Built(secret, build(place, f"demo-src==1.0 --hash={digest}"))


def test_a_package_is_built_from_its_source_which_has_the_hash_of_the_requirement(built: Built) -> None:
    assert built.results["6 * 7"] == "42"


def test_a_build_may_run_programs_and_write_where_it_works(built: Built) -> None:
    assert (built.results[RUNS], built.results[WRITES]) == ("0", "1")


def test_a_build_reaches_no_secret_no_network_and_no_process(built: Built) -> None:
    deeds = refused_deeds(built.secret)
    assert {deed: built.results[deed] for deed in deeds} == deeds
    assert built.secret.read_text() == "secret"


def test_the_same_deeds_succeed_unconfined(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    deeds = {
        f"open({str(secret)!r}).read()": "secret",
        "'hidden' in str(os.environ)": "False",
        "socket.socket(socket.AF_INET).close()": "None",
        "socket.socket(socket.AF_UNIX).close()": "None",
        f"os.kill({os.getpid()}, 0)": "None",
    }
    write_source(tmp_path, [*deeds])
    assert build(tmp_path, confined=False) == deeds


def test_a_source_with_another_hash_is_not_built(tmp_path: Path) -> None:
    write_source(tmp_path, ["1"])
    with pytest.raises(InputError, match="has none of the hashes"):
        build(tmp_path, "demo-src==1.0 --hash=sha256:" + "0" * 64)


@pytest.mark.parametrize(
    "after",
    [
        "wheel = f'{folder}/{name}-py3-none-any.whl'; os.unlink(wheel); os.symlink('/etc/hostname', wheel)",
        "os.rename(folder, folder + '-aside'); os.symlink('/etc', folder)",
    ],
    ids=["file", "folder"],
)
def test_a_link_in_the_place_of_a_wheel_is_not_followed(tmp_path: Path, after: str) -> None:
    write_source(tmp_path, ["1"], after)
    with pytest.raises(InputError, match=r"demo_src-1\.0\.tar\.gz can't be built"):
        build_wheel(tmp_path / "demo_src-1.0.tar.gz")


def test_a_build_that_fails_says_why(tmp_path: Path) -> None:
    write_source(tmp_path, ["1"], "raise ValueError('no compiler')")
    with pytest.raises(InputError, match=r"demo_src-1\.0\.tar\.gz can't be built: ValueError: no compiler"):
        build_wheel(tmp_path / "demo_src-1.0.tar.gz")


def test_what_a_build_needs_is_read_without_running_it() -> None:
    project = "[build-system]\nrequires = ['setuptools >= 61', 'cython']\n"
    assert read_build_requirements("a", archive({"pyproject.toml": project})) == (
        "setuptools >= 61",
        "cython",
        "wheel",
    )
    assert read_build_requirements("a", archive({"setup.py": ""})) == ("setuptools>=40.8.0", "wheel")


@pytest.mark.parametrize(
    "data",
    [b"", b"no archive", archive({"pyproject.toml": "["}), archive({"pyproject.toml": "build-system = 1"})],
    ids=["empty", "no archive", "no TOML", "no table"],
)
def test_a_broken_source_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"a can't be read"):
        read_build_requirements("a", data)


def test_tools_that_are_not_packages_are_refused(tmp_path: Path) -> None:
    text = "[build-system]\nrequires = ['x @ https://a.example/x.whl']\n"
    (tmp_path / "demo_src-1.0.tar.gz").write_bytes(archive({"pyproject.toml": text}))
    with pytest.raises(InputError, match="needs more than packages"):
        build_wheel(tmp_path / "demo_src-1.0.tar.gz")


def test_hashes_of_all_kinds_count() -> None:
    check_hash("a", b"x", ("sha256:00", "sha512:" + hashlib.sha512(b"x").hexdigest()))
    check_hash("a", b"x", ())
