"""The steps of the check before its gate, run as they stand on a pull request that aims at the gate."""

import itertools
import re
import subprocess
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml

from demo.fork import Fork
from tests.guides import read_blocks

ROOT = Path(__file__).parents[2]
# What stands in for actions/checkout in `make workflow-test`.
CHECKOUT = yaml.safe_load((ROOT / "tools/image_test/actions/checkout/action.yml").read_text())["runs"][
    "steps"
]
GATE = ".panther-ci"
TARGETS = (".", "rules", "../outside")
WORKFLOWS = ("templates/workflows/check.yml", "README.md")


def read_workflow(name: str) -> str:
    if name.endswith(".yml"):
        return (ROOT / name).read_text(encoding="utf-8")
    (text,) = [block.text for block in read_blocks(name) if f"uses: ./{GATE}" in block.text]
    return text


def take_steps(steps: list[dict[str, Any]], remote: Path, workspace: Path, merge: str) -> None:
    """Run what comes before the gate."""
    for step in steps:
        if step.get("uses") == f"./{GATE}":
            return
        given, script = {key: str(value) for key, value in step.get("with", {}).items()}, step.get("run")
        if script is None:
            assert step["uses"].startswith("actions/checkout@")
            script = CHECKOUT[0]["run"].replace("/remote", str(remote))
        environ = {"REF": "main" if "ref" in given else merge, "PLACE": given.get("path", ".")}
        environ |= {"DEPTH": given.get("fetch-depth", "1"), "PATH": "/usr/bin:/bin"}
        subprocess.run(["bash", "-e", "-c", script], cwd=workspace, env=environ, check=True)
    raise AssertionError("the workflow doesn't use the gate")


def create_fork(folder: Path) -> Fork:
    fork = Fork.create(folder)
    fork.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return fork


@pytest.mark.parametrize("name", WORKFLOWS)
@pytest.mark.parametrize("target", TARGETS)
def test_a_link_in_the_place_of_the_gate_changes_neither_side(tmp_path: Path, name: str, target: str) -> None:
    fork = create_fork(tmp_path / "remote")
    (fork.root / "action.yml").touch()
    fork.commit("Put panther-ci in place")
    fork.start_branch("change")
    (fork.root / GATE).symlink_to(target)
    fork.commit("Put a link in the place of the gate")
    merge = fork.pull_request(1).sha
    workspace = tmp_path / "workspace"
    for folder in (workspace, tmp_path / "outside"):
        folder.mkdir()
    take_steps(yaml.safe_load(read_workflow(name))["jobs"]["check"]["steps"], fork.root, workspace, merge)
    assert Fork(workspace).git("rev-parse", "HEAD") == merge
    assert not (workspace / GATE).is_symlink()
    assert Fork(workspace / GATE).git("rev-parse", "HEAD") == fork.git("rev-parse", "main")
    assert not list((tmp_path / "outside").iterdir())
    assert not list((workspace / "rules").glob(".git"))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_repository_without_the_gate_fails_before_github_builds_its_dockerfile(
    tmp_path: Path, name: str
) -> None:
    fork = create_fork(tmp_path / "remote")
    fork.start_branch("change")
    for file in ("Dockerfile", "action.yml"):
        (fork.root / file).touch()
    fork.commit("Bring a gate in a pull request")
    merge = fork.pull_request(1).sha
    (tmp_path / "workspace").mkdir()
    steps = yaml.safe_load(read_workflow(name))["jobs"]["check"]["steps"]
    with pytest.raises(subprocess.CalledProcessError, match=r"test -f \.panther-ci/action\.yml"):
        take_steps(steps, fork.root, tmp_path / "workspace", merge)


@pytest.mark.parametrize("path", [*ROOT.glob("templates/**/*.yml")], ids=lambda path: path.name)
def test_a_template_looks_whether_panther_ci_is_there_before_it_uses_it(path: Path) -> None:
    for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
        for before, step in itertools.pairwise(job["steps"]):
            place = step.get("uses", "")
            if place.startswith("./"):
                assert before["run"] == f"test -f {PurePosixPath(place, 'action.yml')}"


@pytest.mark.parametrize(
    ("name", "copied", "leaves_out"),
    [
        ("deploy.yml", "deploy-with-token.yml", r"(      # .*\n)+      - run: test -f .*\n"),
        ("check.yml", "check.yml", r"      # panther-ci is(.*\n)*      - run: test -f .*\n"),
    ],
)
def test_the_templates_for_anywhere_are_those_for_copies_with_the_published_image(
    name: str, copied: str, leaves_out: str
) -> None:
    text = (ROOT / "templates/workflows" / copied).read_text(encoding="utf-8")
    text = re.sub(leaves_out, "", text)
    text = re.sub(r"uses: \./\S*", "uses: panther-labs/panther-ci@v1", text)
    text = text.replace("path: analysis\n", "path: .\n")
    assert (ROOT / "templates/anywhere" / name).read_text(encoding="utf-8") == text
