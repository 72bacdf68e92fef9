"""The steps of the check before its gate, run as they stand on a pull request that aims at the gate."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from demo.fork import Fork

ROOT = Path(__file__).parents[2]
# What stands in for actions/checkout in `make workflow-test`.
CHECKOUT = yaml.safe_load((ROOT / "tools/image_test/actions/checkout/action.yml").read_text())["runs"][
    "steps"
]
GATE = ".panther-ci"
TARGETS = (".", "rules", "../outside")


def read_workflow(name: str) -> str:
    text = (ROOT / name).read_text(encoding="utf-8")
    return text if name.endswith(".yml") else re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[0]


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


@pytest.mark.parametrize("name", ["templates/workflows/check.yml", "README.md"])
@pytest.mark.parametrize("target", TARGETS)
def test_a_link_in_the_place_of_the_gate_changes_neither_side(tmp_path: Path, name: str, target: str) -> None:
    fork = Fork.create(tmp_path / "remote")
    fork.git("config", "uploadpack.allowAnySHA1InWant", "true")
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
