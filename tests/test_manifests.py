"""Deployments with a manifest: plan, prune, and what a process that is killed leaves to the next one."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from demo.fork import Fork
from tests.commands import Done, run_command
from tools.api_standin.server import StandIn

KEPT = ("PATH", "HOME", "PYTHONPATH")


@dataclass
class World:
    """A repository beside the deployment that it is deployed to."""

    fork: Fork
    standin: StandIn

    @property
    def root(self) -> Path:
        return self.fork.root

    @property
    def environ(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in KEPT}
        place = {"PANTHER_API_HOST": self.standin.url, "PANTHER_API_TOKEN": self.standin.state.key}
        return kept | place

    def write(self, *ids: str, text: str = "") -> None:
        """Rules with a body of their own."""
        for id in ids:
            file = self.root / "rules" / f"{id}.yml"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(
                f"AnalysisType: rule\nRuleID: {id}\nFilename: {id}.py\nEnabled: true\nSeverity: Low\n"
                f"LogTypes: [AWS.CloudTrail]\n{text}"
            )
            file.with_suffix(".py").write_text("def rule(event):\n    return False\n")

    def remove(self, id: str) -> None:
        for file in self.root.rglob(f"{id}.*"):
            file.unlink()

    def run(self, command: str, *arguments: str) -> Done:
        given = (command, "--deployment", "api", "--manifest", "../m.json", *arguments)
        return run_command(self.root, *given, environ=self.environ)

    def kill_at(self, fault: str, count: int, *arguments: str) -> None:
        """Start a deployment, and kill it when this request has come for the `count`th time."""
        operation = fault.split(":")[0]
        before = self.seen(operation)
        self.standin.fail(*[f"{operation}:date:x"] * (count - 1), fault)
        command = [sys.executable, "-m", "panther_ci.cli", "deploy", "--deployment", "api"]
        process = subprocess.Popen(
            [*command, "--manifest", "../m.json", *arguments], cwd=self.root, env=self.environ
        )
        while process.poll() is None and self.seen(operation) < before + count:
            time.sleep(0.01)
        process.kill()
        assert process.wait() == -9

    def seen(self, operation: str) -> int:
        return [call.operation for call in list(self.standin.state.calls)].count(operation)

    @property
    def there(self) -> list[str]:
        return sorted(content.id for content in self.standin.state.contents.values())

    @property
    def manifest(self) -> dict[str, Any]:
        return dict(json.loads((self.root.parent / "m.json").read_text()))

    def known(self, name: str = "deployed") -> list[str]:
        return [item["id"] for item in self.manifest[name]]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with StandIn(steps=1) as standin:
        world = World(Fork(tmp_path / "fork"), standin)
        world.write("A", "B", "C")
        world.fork.git("init", "--quiet", "--initial-branch=main")
        world.fork.commit("Start")
        yield world


def test_a_plan_without_a_manifest_asks_nobody_and_says_that_all_is_new(world: World) -> None:
    done = world.run("plan")
    assert "does not exist yet" in done.stdout and "rule: 3 new, 0 modified, 0 unchanged" in done.stdout
    assert world.standin.state.calls == [] and not (world.root.parent / "m.json").exists()


def test_a_plan_says_what_changed_since_the_last_deployment(world: World) -> None:
    assert world.run("deploy").returncode == 0
    commit = world.fork.git("rev-parse", "HEAD")
    world.remove("A")
    world.write("B", text="Threshold: 2\n")
    world.write("D")
    done = world.run("plan")
    assert f"Compared with the deployment of {commit[:12]}, by ../m.json." in done.stdout
    assert "rule: 1 new, 1 modified, 1 unchanged" in done.stdout
    assert "  ! A remains deployed" in done.stdout and "  ~ B" in done.stdout and "  + D" in done.stdout


def test_what_is_left_behind_is_reported_and_stays_known(world: World) -> None:
    world.run("deploy")
    world.remove("A")
    for _ in range(2):
        done = world.run("deploy")
        assert (
            done.returncode == 0
            and "! rule A: it remains deployed; `panther-ci delete --deployment api A`" in done.stdout
        )
    assert world.known() == ["A", "B", "C"] and world.there == ["A", "B", "C"]
    assert "A" not in world.run("deploy", "--prune", "off").stdout.split("API Response")[1]


def test_what_is_left_behind_is_deleted_if_that_is_asked_for(world: World) -> None:
    world.run("deploy")
    world.remove("A")
    assert "  - A would be deleted" in world.run("plan", "--prune", "delete").stdout
    assert world.there == ["A", "B", "C"]
    done = world.run("deploy", "--prune", "delete")
    assert done.returncode == 0 and "- A: deleted" in done.stdout
    assert world.there == ["B", "C"] == world.known()


def test_nothing_is_deleted_that_was_not_deployed_from_here(world: World) -> None:
    world.run("deploy")
    other = world.standin.state.contents["", "A"]
    world.standin.state.contents["", "Console"] = type(other)(other.type, "Console", {})
    world.remove("A")
    world.run("deploy", "--prune", "delete")
    assert world.there == ["B", "C", "Console"]


@pytest.mark.parametrize("how", ["filter", "exclude", "path", "status"])
def test_nothing_is_deleted_that_the_repository_still_has(world: World, how: str) -> None:
    world.run("deploy")
    (world.root / "rules/only").mkdir()
    for suffix in ("yml", "py"):
        (world.root / f"rules/B.{suffix}").rename(world.root / f"rules/only/B.{suffix}")
    world.write("A", "C", text="Status: deprecated\n" if how == "status" else "Tags: [old]\n")
    narrow = {
        "filter": ["--filter", "Tags!=old"],
        "exclude": ["--exclude", "A.yml", "C.yml"],
        "path": ["--path", "rules/only"],
        "status": [],
    }
    done = world.run("deploy", "--prune", "delete", *narrow[how])
    assert done.returncode == 0, done.stdout + done.stderr
    assert world.there == ["A", "B", "C"] == world.known()
    assert "! rule A: it remains deployed; the repository has it" in done.stdout


def test_nothing_is_deleted_that_a_sparse_checkout_leaves_out(world: World) -> None:
    (world.root / "more").mkdir()
    for suffix in ("yml", "py"):
        (world.root / f"rules/A.{suffix}").rename(world.root / f"more/A.{suffix}")
    world.fork.commit("Move")
    world.run("deploy")
    world.fork.git("sparse-checkout", "set", "rules")
    assert not (world.root / "more").exists()
    done = world.run("deploy", "--prune", "delete")
    assert done.returncode == 0 and world.there == ["A", "B", "C"] == world.known()
    assert "! rule A: it remains deployed; the repository has it" in done.stdout


def test_what_somebody_else_deleted_is_forgotten(world: World) -> None:
    world.run("deploy")
    del world.standin.state.contents["", "A"]
    world.remove("A")
    assert "- A: it was not there any more" in world.run("deploy", "--prune", "delete").stdout
    assert world.known() == ["B", "C"]


def test_what_has_no_operation_is_reported_only(world: World) -> None:
    (world.root / "g.yml").write_text("AnalysisType: global\nGlobalID: g\nFilename: g.py\n")
    (world.root / "g.py").write_text("X = 1\n")
    world.run("deploy")
    world.remove("g")
    done = world.run("deploy", "--prune", "delete")
    assert "! global g: it remains deployed; no operation deletes this kind" in done.stdout
    assert "g" in world.there and "g" in world.known() and done.returncode == 0


def test_an_upload_that_fails_leaves_what_it_had_unconfirmed(world: World) -> None:
    world.run("deploy")
    world.write("D")
    world.standin.fail("upload:error:a rule has no body")
    assert world.run("deploy").returncode == 4
    assert (world.known(), world.known("unconfirmed")) == (["A", "B", "C"], ["D"])
    world.remove("D")
    world.remove("A")
    done = world.run("deploy", "--prune", "delete")
    assert "? rule D: an upload that did not end well may have left it there" in done.stdout
    assert world.standin.state.deleted == ["A"]


def test_a_deletion_that_fails_says_that_the_upload_succeeded(world: World) -> None:
    world.run("deploy")
    world.remove("A")
    world.standin.fail("delete:date:x", "delete:error:the rule is in use")
    done = world.run("deploy", "--prune", "delete")
    assert done.returncode == 4 and "The upload succeeded" in done.stderr and "in use" in done.stderr
    assert world.known() == ["A", "B", "C"] and "Traceback" not in done.stderr
    assert world.run("deploy", "--prune", "delete").returncode == 0
    assert world.there == ["B", "C"] == world.known()


def test_the_manifest_of_another_deployment_is_refused_before_anything_is_sent(world: World) -> None:
    world.run("deploy")
    calls = len(world.standin.state.calls)
    given = ("deploy", "--deployment", "local", "--local-path", "../x.sqlite", "--manifest", "../m.json")
    done = run_command(world.root, *given, environ=world.environ)
    assert done.returncode == 2 and "is of a deployment to Panther API at 127.0.0.1" in done.stderr
    assert len(world.standin.state.calls) == calls


def test_the_manifest_of_an_archive_serves_plans_only(world: World) -> None:
    assert run_command(world.root, "zip", "--output-path", "../out", environ=world.environ).returncode == 0
    (kept,) = (world.root.parent / "out").glob("*.json")
    before = kept.read_bytes()
    world.write("D")
    given = ("--deployment", "api", "--manifest", f"../out/{kept.name}")
    done = run_command(world.root, "plan", *given, environ=world.environ)
    assert "rule: 1 new, 0 modified, 3 unchanged" in done.stdout
    for command in ("deploy", "delete"):
        more = ("A", "--yes") if command == "delete" else ("--prune", "delete")
        done = run_command(world.root, command, *given, *more, environ=world.environ)
        assert done.returncode == 2 and "is the manifest of an archive" in done.stderr
    assert kept.read_bytes() == before and world.standin.state.calls == []


def test_prune_needs_a_manifest_and_a_deployment_that_can(world: World) -> None:
    given = ("deploy", "--prune", "delete")
    done = run_command(world.root, *given, environ=world.environ)
    assert done.returncode == 2 and "prune: delete needs a manifest" in done.stderr
    done = run_command(world.root, *given, "--manifest", "../m.json", environ=world.environ)
    assert done.returncode == 2 and "can't delete" in done.stderr and "bulk-upload" in done.stderr


def test_a_pull_request_is_told_what_merging_it_does_to_what_was_deployed(world: World) -> None:
    world.write("Elsewhere")
    world.fork.commit("Not deployed by this")
    world.remove("Elsewhere")
    world.run("deploy")
    world.fork.commit("Deployed")
    world.fork.start_branch("change")
    world.remove("A")
    world.write("B", text="Threshold: 2\n")
    (world.root / "rules/C.py").write_text("def rule(event):\n    return event is None\n")
    world.write("D", "E")
    world.write("F", text="Status: experimental\n")
    world.fork.commit("Change")
    before = (world.root.parent / "m.json").read_bytes()
    given = ("check", "--base-ref", "main", "--manifest", "../m.json")
    done = run_command(world.root, *given, environ=world.environ)
    told = "merging this adds 2 to what was last deployed, changes 2 there, and leaves 1 behind"
    assert told in done.stdout, done.stdout + done.stderr
    assert (world.root.parent / "m.json").read_bytes() == before
    given = ("check", "--base-ref", "main", "--manifest", "../none.json")
    assert "merging this" not in run_command(world.root, *given, environ=world.environ).stdout


@pytest.mark.parametrize("how", ["another id", "deprecated"])
def test_what_gets_another_id_or_is_no_longer_released_is_left_behind(world: World, how: str) -> None:
    world.run("deploy")
    world.fork.start_branch("change")
    file = world.root / "rules/A.yml"
    text = file.read_text()
    file.write_text(
        text.replace("RuleID: A", "RuleID: Z") if how == "another id" else f"{text}Status: deprecated\n"
    )
    world.fork.commit("Change")
    given = ("check", "--base-ref", "main", "--manifest", "../m.json")
    done = run_command(world.root, *given, environ=world.environ)
    adds = 1 if how == "another id" else 0
    assert f"adds {adds} to what was last deployed, changes 0 there, and leaves 1 behind" in done.stdout


# Where a deployment is killed: during which request, of which one of its kind, with the request done or not.
MOMENTS = {
    "before the upload is taken": ("upload:stall:60", 1),
    "after the upload is taken": ("upload:hang:60", 1),
    "while it is followed": ("status:hang:60", 1),
    "while it is asked what is there": ("delete:hang:60", 1),
    "before it is deleted": ("delete:stall:60", 2),
    "after it is deleted": ("delete:hang:60", 2),
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_deployment_is_made_again_with_nothing_doubled_and_nothing_lost(
    world: World, moment: str
) -> None:
    world.run("deploy")
    world.remove("A")
    world.write("D")
    fault, count = MOMENTS[moment]
    world.kill_at(fault, count, "--prune", "delete")
    assert {"B", "C"} <= set(world.known())
    assert set(world.there) <= {*world.known(), *world.known("unconfirmed")}
    done = world.run("deploy", "--prune", "delete")
    assert done.returncode == 0, done.stdout + done.stderr
    assert world.there == ["B", "C", "D"] == world.known() and world.known("unconfirmed") == []
    history = [key[1] for key in world.standin.state.history]
    assert sorted(history) == ["A", "B", "C", "D"] and world.standin.state.deleted == ["A"]


def test_a_killed_plan_changes_nothing(world: World) -> None:
    world.run("deploy")
    before = (world.root.parent / "m.json").read_bytes()
    command = [
        sys.executable,
        "-m",
        "panther_ci.cli",
        "plan",
        "--deployment",
        "api",
        "--manifest",
        "../m.json",
    ]
    process = subprocess.Popen(command, cwd=world.root, env=world.environ, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.read(1)
    process.kill()
    process.communicate()
    assert (world.root.parent / "m.json").read_bytes() == before
    assert sorted(path.name for path in world.root.parent.iterdir()) == ["fork", "m.json"]
