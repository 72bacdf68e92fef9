"""The files that GitHub and Docker read, judged by independent linters."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.guides import write_workflows

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
WORKFLOWS = sorted([*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("templates/*/*.yml")])


@pytest.fixture(scope="session")
def shown(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The workflows of the guides, each in a file of its own."""
    return write_workflows(tmp_path_factory.mktemp("guides") / ".github/workflows")


def run_tool(name: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run((TOOLS / name, *arguments), cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_workflows_are_found() -> None:
    names = {path.name for path in WORKFLOWS}
    assert len(WORKFLOWS) == len(names) + 2
    assert names == {
        "ci.yml",
        "release.yml",
        "check.yml",
        "deploy.yml",
        "deploy-with-keys.yml",
        "deploy-with-token.yml",
        "upstream-sync.yml",
    }


def test_workflows_fit_their_schema(shown: list[Path]) -> None:
    done = run_tool("check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS, *shown)
    assert done.returncode == 0, done.stdout


def test_every_guide_with_workflows_is_read(shown: list[Path]) -> None:
    names = [path.stem.rpartition("-")[0] for path in shown]
    assert (names.count("README"), set(names)) == (4, {"README", "deployments", "from-pat"})


def test_the_action_fits_its_schema() -> None:
    done = run_tool("check-jsonschema", "--builtin-schema", "vendor.github-actions", "action.yml")
    assert done.returncode == 0, done.stdout


def test_dependabot_fits_its_schema() -> None:
    done = run_tool("check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml")
    assert done.returncode == 0, done.stdout


def test_zizmor_finds_no_weakness(shown: list[Path]) -> None:
    config = ("--config", ".github/zizmor.yml")
    done = run_tool("zizmor", "--offline", "--quiet", *config, ".github", "action.yml", *WORKFLOWS, *shown)
    assert done.returncode == 0, done.stdout


def test_yaml_is_tidy() -> None:
    done = run_tool("yamllint", "--strict", ".github", "templates", "action.yml")
    assert done.returncode == 0, done.stdout


def test_the_dockerfile_is_sound() -> None:
    done = run_tool("hadolint", "Dockerfile")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [ROOT / "tools/ci_image"], ids=lambda path: path.name)
def test_scripts_are_sound(path: Path) -> None:
    done = subprocess.run(("bash", "-n", path), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
