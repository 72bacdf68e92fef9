"""The action with a manifest: what a pull request is told, and what a push leaves or deletes."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from demo.fork import Event, Fork
from demo.runner import Runner
from tests.commands import Done, start_action
from tests.test_deployment_mishaps import KEYS, REGION, deployment, standin
from tools.api_standin.server import StandIn

__all__ = ["deployment", "standin"]
GONE = "AWS.CloudTrail.Stopped"


@dataclass
class World:
    """A fork whose first commit is deployed, and a change of it that removes a rule and changes another."""

    fork: Fork
    runner: Runner
    inputs: dict[str, str]

    def run(self, event: Event, **inputs: str) -> Done:
        given = {"manifest": "../m.json", "junit-path": "", **self.inputs, **inputs}
        return start_action(self.runner, event, given)

    def change(self) -> None:
        self.fork.start_branch("change")
        for file in self.fork.root.rglob("aws_cloudtrail_stopped.*"):
            file.unlink()
        self.fork.replace("rules/aws_cloudtrail_root_activity.yml", "Severity: High", "Severity: Critical")
        self.fork.commit("Change")

    @property
    def summary(self) -> str:
        return (self.runner.folder / "summary").read_text()

    @property
    def known(self) -> list[str]:
        manifest = json.loads((self.fork.root.parent / "m.json").read_text())
        assert manifest["unconfirmed"] == []
        return [item["id"] for item in manifest["deployed"]]


def make(tmp_path: Path, inputs: dict[str, str], variables: dict[str, str]) -> World:
    fork = Fork.create(tmp_path / "fork")
    runner = replace(Runner(fork.root, tmp_path / "runner"), variables=variables)
    world = World(fork, runner, inputs)
    fork.start_branch("first")
    fork.replace("globals/aws_cloudtrail_events.py", '"""', '"""Reviewed. ')
    fork.commit("First")
    done = world.run(fork.merge(1))
    assert done.returncode == 0, done.stdout
    return world


def test_a_pull_request_is_told_and_a_push_reports_or_deletes(tmp_path: Path) -> None:
    with StandIn(steps=1) as standin:
        place = {"PANTHER_API_HOST": standin.url, "PANTHER_API_TOKEN": standin.state.key}
        world = make(tmp_path, {"deployment": "api"}, place)
        world.change()
        calls = len(standin.state.calls)
        done = world.run(world.fork.pull_request(2))
        told = "merging this adds 0 to what was last deployed, changes 1 there, and leaves 1 behind"
        assert done.returncode == 0 and told in done.stdout and told in world.summary
        assert len(standin.state.calls) == calls and GONE in world.known
        push = world.fork.merge(2)
        done = world.run(push, **{"dry-run": "true"})
        assert (
            f"! {GONE} remains deployed" in done.stdout
            and "rule: 0 new, 1 modified, 1 unchanged" in done.stdout
        )
        done = world.run(push)
        assert "Left by earlier deployments" in world.summary and GONE in world.summary
        assert GONE in world.known and ("", GONE) in standin.state.contents
        done = world.run(push, prune="delete")
        assert done.returncode == 0 and f"- {GONE}: deleted" in world.summary
        assert GONE not in world.known and ("", GONE) not in standin.state.contents


def test_the_lambda_function_deletes_too_in_the_current_format(tmp_path: Path, deployment: Any) -> None:
    around = {"AWS_ENDPOINT_URL": deployment.url, "AWS_EC2_METADATA_DISABLED": "true"}
    world = make(tmp_path, {"deployment": "lambda", "wire": "bulk-upload"}, {**KEYS, **REGION, **around})
    world.change()
    done = world.run(world.fork.merge(2), prune="delete")
    assert done.returncode == 0 and f"- {GONE}: deleted" in done.stdout, done.stdout
    assert ("", GONE) not in deployment.entities and GONE not in world.known
    assert [list(each) for each in deployment.deletions] == [["deleteDetections"]] * 2


@pytest.mark.parametrize("kind", ["broken", "link"])
def test_a_manifest_that_can_not_be_read_is_named_and_nothing_is_sent(tmp_path: Path, kind: str) -> None:
    with StandIn(steps=1) as standin:
        place = {"PANTHER_API_HOST": standin.url, "PANTHER_API_TOKEN": standin.state.key}
        world = make(tmp_path, {"deployment": "api"}, place)
        calls = len(standin.state.calls)
        (tmp_path / "m.json").unlink()
        if kind == "link":
            (tmp_path / "m.json").symlink_to("/etc/hostname")
        else:
            (tmp_path / "m.json").write_text("{}")
        world.change()
        done = world.run(world.fork.merge(2))
        assert done.returncode == 2 and "manifest: ../m.json" in done.stdout, done.stdout
        assert len(standin.state.calls) == calls
