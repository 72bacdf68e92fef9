"""The scripts of deploy-with-token.yml that keep the manifest, run on real repositories without GitHub."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
REF = "refs/panther-ci/deployed/production"
WORKFLOW: dict[str, Any] = yaml.safe_load(
    (ROOT / "templates/workflows/deploy-with-token.yml").read_text(encoding="utf-8")
)


def script(job: str, words: str) -> str:
    (found,) = (step["run"] for step in WORKFLOW["jobs"][job]["steps"] if words in step.get("name", ""))
    return str(found)


class World:
    """A repository on a server, and checkouts of it without credentials."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "commands").mkdir()
        (folder / "commands/gh").write_text("#!/bin/sh\n")
        (folder / "commands/gh").chmod(0o755)
        self.git(".", "init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
        self.git(".", "clone", "--quiet", "origin.git", "seed")
        (folder / "seed/rule.py").write_text("x = 1\n")
        self.git("seed", "add", "--all")
        self.git(
            "seed", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "First"
        )
        self.git("seed", "push", "--quiet", "origin", "HEAD:refs/heads/main")

    def git(self, place: str, *arguments: str) -> str:
        done = subprocess.run(
            ("git", "-C", str(self.folder / place), *arguments),
            env=os.environ | {"GIT_CONFIG_GLOBAL": "/dev/null"},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    def run(self, text: str, name: str) -> "subprocess.CompletedProcess[str]":
        """A script in a new shallow checkout of this name, whose folder for temporary files is beside it."""
        checkout, temporary = self.folder / name, self.folder / f"{name}.tmp"
        if not checkout.exists():
            self.git(".", "clone", "--quiet", "--depth=1", f"file://{self.folder}/origin.git", name)
        temporary.mkdir(exist_ok=True)
        environ = {
            "PATH": f"{self.folder / 'commands'}:{os.environ['PATH']}",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "RUNNER_TEMP": str(temporary),
            "MANIFEST_REF": WORKFLOW["env"]["MANIFEST_REF"],
            "GITHUB_SHA": "c0ffee",
            "GH_TOKEN": "not-a-token",
        }
        command = ("bash", "-e", "-c", text)
        return subprocess.run(command, cwd=checkout, env=environ, capture_output=True, text=True, check=False)

    def fetch(self, name: str) -> str | None:
        """The manifest that a deployment begins with."""
        done = self.run(script("deploy", "Fetch"), name)
        assert done.returncode == 0, done.stderr
        file = self.folder / name / "last-deployment/manifest.json"
        return file.read_text() if file.exists() else None

    def keep(self, name: str, text: str) -> "subprocess.CompletedProcess[str]":
        (self.folder / f"{name}.tmp").mkdir(exist_ok=True)
        (self.folder / f"{name}.tmp/manifest.json").write_text(text)
        return self.run(script("record", "Keep"), name)

    def count(self) -> int:
        return int(self.git("origin.git", "rev-list", "--count", REF))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_before_the_first_deployment_there_is_none(world: World) -> None:
    assert world.fetch("one") is None


def test_what_one_deployment_keeps_is_what_the_next_begins_with(world: World) -> None:
    for number in (1, 2, 3):
        done = world.keep(f"keep-{number}", f'{{"number": {number}}}\n')
        assert done.returncode == 0, done.stderr
        assert world.fetch(f"fetch-{number}") == f'{{"number": {number}}}\n'
    assert world.count() == 3
    assert world.git("origin.git", "for-each-ref", "--format=%(refname)", "refs/heads") == "refs/heads/main\n"


def test_the_same_manifest_is_kept_once(world: World) -> None:
    world.keep("one", "{}\n")
    done = world.keep("two", "{}\n")
    assert done.returncode == 0 and "Nothing has changed" in done.stdout and world.count() == 1


def test_a_manifest_that_another_run_kept_meanwhile_is_not_lost(world: World) -> None:
    world.keep("one", "1\n")
    (world.folder / "origin.git/hooks/pre-receive").write_text(
        f"#!/bin/sh\nexport GIT_QUARANTINE_PATH=\nunset GIT_QUARANTINE_PATH\n"
        f"git update-ref {REF} $(git rev-parse refs/heads/main)\n"
    )
    (world.folder / "origin.git/hooks/pre-receive").chmod(0o755)
    assert world.keep("two", "2\n").returncode != 0
    assert world.git("origin.git", "rev-parse", REF) == world.git(
        "origin.git", "rev-parse", "refs/heads/main"
    )


def test_a_manifest_that_can_not_be_fetched_stops_the_deployment(world: World) -> None:
    world.keep("one", "1\n")
    world.fetch("two")
    world.git("two", "remote", "set-url", "origin", "file:///nowhere")
    assert world.run(script("deploy", "Fetch"), "two").returncode != 0


def test_only_the_job_that_keeps_it_may_write_and_it_has_no_secret() -> None:
    jobs = WORKFLOW["jobs"]
    assert {name: job["permissions"] for name, job in jobs.items()} == {
        "deploy": {"contents": "read"},
        "record": {"contents": "write"},
    }
    assert "secrets." not in str(jobs["record"]) and "environment" not in jobs["record"]
    assert not any(step.get("uses", "").startswith("./") for step in jobs["record"]["steps"])
