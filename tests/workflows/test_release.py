"""The scripts of release.yml, run on real repositories; only `gh` and `docker` are stand-ins."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
IMAGE = "ghcr.io/owner/panther-ci@sha256:" + "a" * 64
# Releases are listed in a file; `gh release view` finds those that were created.
GH = """#!/bin/sh
case "$1 $2" in
    "release view") grep -q "^release create $3 " "$GH_LOG" ;;
    *) echo "$*" >> "$GH_LOG" ;;
esac
"""


class Remote:
    """The repository on GitHub, and the checkout of one of its tags in the workflow."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "commands").mkdir()
        (folder / "commands/gh").write_text(GH, encoding="utf-8")
        (folder / "commands/gh").chmod(0o755)
        (folder / "gh.log").touch()
        self.environment = {
            "PATH": f"{folder / 'commands'}:{os.environ['PATH']}",
            "GH_LOG": str(folder / "gh.log"),
            "HOME": str(folder),
            "GIT_CONFIG_SYSTEM": "/dev/null",
            "IMAGE": IMAGE,
        }
        for name in ("NAME", "EMAIL"):
            self.environment |= {
                f"GIT_{role}_{name}": "author@example.com" for role in ("AUTHOR", "COMMITTER")
            }
        action = (ROOT / "action.yml").read_text(encoding="utf-8")
        (folder / "work").mkdir()
        (folder / "work/action.yml").write_text(action, encoding="utf-8")
        self.git("init --quiet --initial-branch=main")
        self.git("add action.yml")
        self.git("commit --quiet --message First")
        subprocess.run(("git", "init", "--quiet", "--bare", folder / "remote"), check=True)
        self.git("remote add origin ../remote")

    def git(self, arguments: str) -> str:
        return self.run(f"git {arguments}").stdout.strip()

    def run(self, script: str, tag: str = "") -> "subprocess.CompletedProcess[str]":
        environment = {**self.environment, "GITHUB_REF_NAME": tag}
        command = ("bash", "-e", "-c", script)
        return subprocess.run(
            command, cwd=self.folder / "work", env=environment, capture_output=True, text=True, check=True
        )

    def release(self, tag: str) -> str:
        """Push a tag and run the workflow's script for it; returns what it printed."""
        self.git("checkout --quiet main")
        self.git(f"commit --quiet --allow-empty --message {tag}")
        self.git(f"tag --annotate --message {tag} {tag}")
        self.git(f"push --quiet origin main {tag}")
        self.git(f"checkout --quiet --detach {tag}")
        return self.run(read_script(), tag).stdout

    def released(self, tag: str) -> str:
        """The subject of the commit a tag names at the remote."""
        return self.git(f"--git-dir=../remote log -1 --format=%s {tag}")


def read_workflow() -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")))


def read_script() -> str:
    return str(read_workflow()["jobs"]["publish"]["steps"][-1]["run"])


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    return Remote(tmp_path)


def test_the_major_version_names_the_published_image_and_nothing_else_differs(remote: Remote) -> None:
    remote.release("v1.0.0")
    changes = remote.git("--git-dir=../remote diff --unified=0 v1.0.0 v1").splitlines()
    assert [line for line in changes if line[:1] in "+-" and line[:3] not in ("+++", "---")] == [
        "-  image: Dockerfile",
        f"+  image: docker://{IMAGE}",
    ]
    assert remote.git("--git-dir=../remote rev-parse v1^") == remote.git("rev-parse v1.0.0^{commit}")


def test_a_newer_release_moves_it_by_number_not_by_letter(remote: Remote) -> None:
    for tag in ("v1.9.0", "v1.10.0"):
        remote.release(tag)
    assert remote.released("v1") == "Use the published image of v1.10.0"


def test_what_somebody_pinned_stays_when_the_tag_moves_on(remote: Remote) -> None:
    remote.release("v1.0.0")
    pinned = remote.git("--git-dir=../remote rev-parse v1")
    remote.release("v1.1.0")
    assert remote.git("--git-dir=../remote rev-parse v1") != pinned
    assert remote.git("--git-dir=../remote rev-parse published/v1.0.0") == pinned


def test_mending_an_older_release_does_not_move_it_back(remote: Remote) -> None:
    remote.release("v1.1.0")
    assert remote.release("v1.0.1") == "v1 is not moved: it is at v1.1.0, which is newer.\n"
    assert remote.released("v1") == "Use the published image of v1.1.0"


def test_another_major_version_has_a_tag_of_its_own(remote: Remote) -> None:
    remote.release("v1.1.0")
    remote.release("v2.0.0")
    assert remote.released("v1") == "Use the published image of v1.1.0"
    assert remote.released("v2") == "Use the published image of v2.0.0"


def test_a_second_run_for_the_same_tag_publishes_nothing_anew(remote: Remote) -> None:
    remote.release("v1.0.0")
    remote.git("checkout --quiet --detach v1.0.0")
    remote.run(read_script(), "v1.0.0")
    log = (remote.folder / "gh.log").read_text(encoding="utf-8").splitlines()
    assert len([line for line in log if line.startswith("release create")]) == 1


DOCKER = """#!/bin/sh
echo "$*" >> "$DOCKER_LOG"
case "$3" in inspect) echo "sha256:both" ;; esac
"""


def name_images(folder: Path, digests: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
    """Run the script that names the images of both platforms by one tag."""
    (folder / "digests").mkdir()
    for digest in digests:
        (folder / "digests" / digest).touch()
    (folder / "docker").write_text(DOCKER, encoding="utf-8")
    (folder / "docker").chmod(0o755)
    workflow = read_workflow()
    (script,) = (step["run"] for step in workflow["jobs"]["index"]["steps"] if step.get("id") == "index")
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "DOCKER_LOG": str(folder / "docker.log")}
    environment |= {"GITHUB_REPOSITORY": "Owner/Panther-CI", "GITHUB_REF_NAME": "v1.2.3", **workflow["env"]}
    environment |= {"GITHUB_OUTPUT": str(folder / "output")}
    command = ("bash", "-e", "-c", str(script))
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_the_images_of_both_platforms_get_one_tag(tmp_path: Path) -> None:
    done = name_images(tmp_path, ("aa", "bb"))
    assert done.returncode == 0, done.stderr
    name = read_workflow()["env"]["REGISTRY"] + "/owner/panther-ci"
    created = (tmp_path / "docker.log").read_text(encoding="utf-8").splitlines()[0]
    assert created == f"buildx imagetools create --tag {name}:1.2.3 {name}@sha256:aa {name}@sha256:bb"
    assert (tmp_path / "output").read_text(encoding="utf-8") == f"name={name}\ndigest=sha256:both\n"


def test_nothing_is_published_where_a_platform_is_missing(tmp_path: Path) -> None:
    assert name_images(tmp_path, ("aa",)).returncode != 0
    assert not (tmp_path / "docker.log").exists()
