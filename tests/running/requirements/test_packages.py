"""Packages for bodies come from wheels that are named plainly, and pip gets no secret."""

import hashlib
import io
import json
import os
import tarfile
from pathlib import Path

import pytest

from panther_ci.errors import InputError
from panther_ci.running.requirements.installing import Installation, pip_environment
from panther_ci.running.requirements.lines import read_requirements
from panther_ci.running.requirements.packages import importable_modules
from tests.sources import make_wheel


def test_pip_gets_no_secret() -> None:
    environ = {"PATH": "/bin", "PIP_INDEX_URL": "x", "AWS_SECRET_ACCESS_KEY": "s", "GITHUB_TOKEN": "t"}
    assert pip_environment(environ) == {"PATH": "/bin", "PIP_INDEX_URL": "x"}


def make_source(folder: Path, name: str, code: str = "") -> str:
    """A source distribution of one module, whose setup.py runs `code`; how a requirement names its hash."""
    path = folder / f"{name}-1.0.tar.gz"
    files = {
        "setup.py": f"{code}\nfrom setuptools import setup\n"
        f"setup(name='{name}', version='1.0', py_modules=['{name}'])\n",
        f"{name}.py": "ANSWER = 42\n",
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
    }
    with tarfile.open(path, "w:gz") as archive:
        for file, text in files.items():
            member = tarfile.TarInfo(f"{name}-1.0/{file}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()


def offline(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder),
        "PIP_CONFIG_FILE": os.devnull,
    }


def install(place: Path, text: str, path: str = "requirements.txt") -> Installation:
    installation = Installation(read_requirements(path, text.encode()), place, offline(place))
    installation.run()
    return installation


def test_wheels_are_installed_into_the_folder(tmp_path: Path) -> None:
    make_wheel(tmp_path)
    installation = install(tmp_path, "demo-pkg==1.0\n")
    assert "demo_pkg" in importable_modules(str(installation.folder))


def test_a_package_that_no_index_has_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no index has nothing-like-it\.") as raised:
        install(tmp_path, "nothing-like-it\n")
    assert raised.value.hint == "Check its name and version."


@pytest.mark.parametrize("line", ["demo-src", "demo-src==1.0", "demo_src >=0.9,<2"])
def test_a_package_without_a_wheel_is_named_and_its_code_does_not_run(tmp_path: Path, line: str) -> None:
    ran = tmp_path / "ran"
    make_source(tmp_path, "demo_src", f"open({str(ran)!r}, 'w')")
    with pytest.raises(InputError, match=r"demo.src.* has no wheel for this Python") as raised:
        install(tmp_path, f"{line}\n")
    assert (ran.exists(), "wheel" in raised.value.hint) == (False, True)


def test_a_version_that_no_index_has_is_not_one_without_a_wheel(tmp_path: Path) -> None:
    make_source(tmp_path, "demo_src")
    with pytest.raises(InputError, match=r"no index has demo-src==2\.0"):
        install(tmp_path, "demo-src==2.0\n")


def test_a_package_without_a_wheel_that_another_needs_is_named(tmp_path: Path) -> None:
    make_source(tmp_path, "demo_src")
    make_wheel(tmp_path, needs="demo-src")
    with pytest.raises(InputError, match=r"demo-src has no wheel for this Python"):
        install(tmp_path, "demo-pkg\n")


def lock(**entries: object) -> str:
    content = {"_meta": {"pipfile-spec": 6}, "default": entries, "develop": {"other": {"git": "x"}}}
    return json.dumps(content, indent=4)


def test_what_a_lock_file_names_is_installed_from_wheels_and_the_rest_is_a_warning(tmp_path: Path) -> None:
    pkg = {"version": "==1.0", "hashes": [make_wheel(tmp_path)], "markers": "python_version >= '3.8'"}
    source = {"version": "==1.0", "hashes": [make_source(tmp_path, "demo_src")], "index": "pypi"}
    gone = {"version": "==1.0", "hashes": ["sha256:" + "0" * 64]}
    core = {"version": "==0.16.2", "hashes": ["sha256:" + "0" * 64]}
    text = lock(**{"demo-pkg": pkg, "demo-src": source, "gone": gone, "panther-core": core})
    installation = install(tmp_path, text, "Pipfile.lock")
    assert "demo_pkg" in importable_modules(str(installation.folder))
    assert [warning.partition(",")[0] for warning in installation.warnings] == [
        "demo-src==1.0 has no wheel for this Python",
        "no index has gone==1.0",
    ]


def test_a_wheel_with_another_hash_than_in_the_lock_file_is_refused(tmp_path: Path) -> None:
    make_wheel(tmp_path)
    entry = {"version": "==1.0", "hashes": ["sha256:" + "0" * 64]}
    with pytest.raises(InputError, match="requirements can't be installed"):
        install(tmp_path, lock(**{"demo-pkg": entry}), "Pipfile.lock")
    assert not (tmp_path / "packages").exists()
