"""The package: a wheel and a source distribution with all they need, which run in places of their own."""

import configparser
import re
import site
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from panther_ci.scaffolding import write_detection

ROOT = Path(__file__).parents[2]
REPOSITORY = "https://github.com/panther-labs/panther-ci"
BUILD = "import sys; from setuptools import build_meta; build_meta.build_{}(sys.argv[1])"


def list_files(*below: str) -> list[str]:
    command = (
        "git",
        "-C",
        ROOT,
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
        "--",
        *below,
    )
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    return [path for path in found if path and (ROOT / path).exists()]


def build(kind: str, source: Path, folder: Path) -> Path:
    """What setuptools makes of a source tree."""
    command = (sys.executable, "-c", BUILD.format(kind), folder)
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the repository, without what a checkout collects."""
    folder = tmp_path_factory.mktemp("source")
    for path in list_files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes((ROOT / path).read_bytes())
    return folder


@pytest.fixture(scope="module")
def sdist(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("sdist", source, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def wheel_of_sdist(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip makes of the source distribution before it installs it."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = folder.iterdir()
    return build("wheel", unpacked, tmp_path_factory.mktemp("wheel-of-sdist"))


def read_wheel(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    content = {name for name in read_wheel(wheel) if ".dist-info/" not in name}
    assert content == set(list_files("panther_ci"))


def test_a_source_distribution_holds_the_package_its_settings_and_its_licence(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {each.name.split("/", 1)[1] for each in archive.getmembers() if each.isfile()}
    settings = {"LICENSE", "MANIFEST.in", "README.md", "docs/package.md", "pyproject.toml", "setup.cfg"}
    made = {name for name in names if name == "PKG-INFO" or name.startswith("panther_ci.egg-info/")}
    assert names - made == settings | set(list_files("panther_ci"))


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, wheel_of_sdist: Path) -> None:
    assert wheel.name == wheel_of_sdist.name
    assert read_wheel(wheel) == read_wheel(wheel_of_sdist)


def test_the_wheel_runs_a_detection_in_an_environment_of_its_own(wheel: Path, tmp_path: Path) -> None:
    environment, rules = tmp_path / "environment", tmp_path / "rules"
    venv.create(environment)
    python = environment / "bin/python"
    install = (sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel)
    subprocess.run(install, check=True, capture_output=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "needed.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    write_detection("rule", "AWS.Root.Login", rules)
    command = (environment / "bin/panther-ci", "test", "--path", rules)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    where = (python, "-c", "import panther_ci; print(panther_ci.__file__)")
    found = subprocess.run(where, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert Path(found.strip()).is_relative_to(packages)


def read_metadata() -> configparser.SectionProxy:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    return settings["metadata"]


def test_the_links_of_the_long_description_and_of_the_package_work_on_an_index() -> None:
    links = re.findall(r"\]\(([^)]*)\)", (ROOT / "docs/package.md").read_text(encoding="utf-8"))
    links += [line.split(" = ")[1] for line in read_metadata()["project_urls"].split("\n") if line]
    assert len(links) > 5
    assert [link for link in links if not link.startswith("https://")] == []
    paths = [link.removeprefix(f"{REPOSITORY}/blob/main/") for link in links if "/blob/" in link]
    assert [path for path in paths if not (ROOT / path).is_file()] == []


def test_the_requirements_of_the_package_are_those_that_are_locked() -> None:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    stated = settings["options"]["install_requires"].split("\n")
    locked = (ROOT / "requirements/runtime.in").read_text(encoding="utf-8").splitlines()
    assert {line.replace(" ", "").lower() for line in stated if line} == {line.lower() for line in locked}
