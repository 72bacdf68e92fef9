"""The package as users install it: built in isolation, checked by twine, and installed with all it needs.

`make package-test` runs this; it loads packages from the index, which takes a minute.
"""

import configparser
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Where build, twine and trove-classifiers are.
TOOLS = Path(os.environ["TOOLS"])
# A rule that needs the extra `bodies`.
BODY = "import requests\n\n\ndef rule(event):\n    return event.get('status') == requests.codes.forbidden\n"
SPEC = """AnalysisType: rule
RuleID: A.Forbidden
Filename: forbidden.py
Enabled: true
Severity: Low
LogTypes: [AWS.ALB]
Tests:
  - Name: refused
    ExpectedResult: true
    Log: {status: 403}
  - Name: answered
    ExpectedResult: false
    Log: {status: 200}
"""


def run(*command: str | Path, folder: Path = ROOT) -> str:
    """What a command prints, which has to succeed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def read_setup() -> configparser.ConfigParser:
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    return settings


def read_requirements() -> list[str]:
    return [line for line in read_setup()["options"]["install_requires"].split("\n") if line]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution of what is committed."""
    folder = tmp_path_factory.mktemp("built")
    run("git", "clone", "--quiet", ROOT, folder / "source")
    run(TOOLS / "python", "-m", "build", "--outdir", folder / "dist", folder / "source")
    return folder / "dist"


def install(folder: Path, *requirements: str) -> Path:
    """The commands of a new environment in which nothing but these is installed."""
    venv.create(folder)
    pip = (sys.executable, "-m", "pip", "--python", folder / "bin/python")
    run(*pip, "install", "--quiet", *requirements)
    run(*pip, "check")
    return folder / "bin"


def judge(commands: Path, folder: Path, body: str = BODY) -> str:
    (folder / "rules").mkdir()
    (folder / "rules/forbidden.py").write_text(body, encoding="utf-8")
    (folder / "rules/forbidden.yml").write_text(SPEC, encoding="utf-8")
    return run(commands / "panther-ci", "test", "--path", "rules", "--html-path", "a.html", folder=folder)


def test_twine_finds_nothing_to_complain_of(built: Path) -> None:
    run(TOOLS / "twine", "check", "--strict", *built.iterdir())


def test_an_index_knows_the_classifiers() -> None:
    stated = [line for line in read_setup()["metadata"]["classifiers"].split("\n") if line]
    known = run(TOOLS / "python", "-c", "print(*__import__('trove_classifiers').classifiers, sep='\\n')")
    assert set(stated) - set(known.splitlines()) == set()


@pytest.mark.parametrize("suffix", [".whl", ".tar.gz"])
def test_either_installs_with_the_packages_for_bodies(built: Path, tmp_path: Path, suffix: str) -> None:
    (path,) = built.glob(f"*{suffix}")
    commands = install(tmp_path / "environment", f"{path}[bodies]")
    assert "2 cases of 1 detection passed" in judge(commands, tmp_path)


def test_the_oldest_versions_that_are_allowed_are_enough(built: Path, tmp_path: Path) -> None:
    (path,) = built.glob("*.whl")
    oldest = [re.sub(r" *>=([0-9.]+).*", r"==\1", each) for each in read_requirements()]
    commands = install(tmp_path / "environment", str(path), *oldest)
    modules = "boto3, cronsim, jinja2, jsonschema, junit_xml, packaging, shtab, sqlglot, urllib3, yaml._yaml"
    run(commands / "python", "-c", f"import {modules}", folder=tmp_path)
    plain = "def rule(event):\n    return event.get('status') == 403\n"
    assert "2 cases of 1 detection passed" in judge(commands, tmp_path, plain)
