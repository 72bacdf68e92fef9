"""The script of upstream-sync.yml, run on real repositories; only GitHub's own command is a stand-in."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GIT = {
    "GIT_AUTHOR_NAME": "author",
    "GIT_AUTHOR_EMAIL": "author@example.com",
    "GIT_COMMITTER_NAME": "author",
    "GIT_COMMITTER_EMAIL": "author@example.com",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
}
# Pull requests are listed in a file; with a file `refuse` none is created.
GH = """#!/bin/sh
log="$RUNNER_TEMP/gh.log"
case "$1 $2" in
    "pr list") grep --count -- "^pr create .*--head $4 " "$log" || true ;;
    "pr create") test ! -e "$RUNNER_TEMP/refuse" || exit 1; printf "%s\\n" "$*" >> "$log" ;;
    *) printf "%s\\n" "$*" >> "$log" ;;
esac
"""


class Fork:
    """A public library, a private fork of it, and a checkout of the fork."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = folder / "library"
        self.library.mkdir()
        self.git("library", "init", "--quiet", "--initial-branch=master")
        self.write("library", "rule.py", "first\n")
        self.release("v1.0.0")
        subprocess.run(("git", "clone", "--quiet", "--bare", self.library, folder / "fork.git"), check=True)
        subprocess.run(("git", "clone", "--quiet", folder / "fork.git", folder / "checkout"), check=True)
        commands = folder / "commands"
        commands.mkdir()
        (commands / "gh").write_text(GH, encoding="utf-8")
        (commands / "gh").chmod(0o755)

    def git(self, place: str, *arguments: str) -> str:
        command = ("git", "-C", str(self.folder / place), *arguments)
        done = subprocess.run(command, env=os.environ | GIT, check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout.strip()

    def write(self, place: str, name: str, text: str) -> None:
        (self.folder / place / name).write_text(text, encoding="utf-8")
        self.git(place, "add", "--all")
        self.git(place, "commit", "--quiet", "--message", f"Write {name}")

    def release(self, tag: str) -> str:
        self.git("library", "tag", "--annotate", "--message", tag, tag)
        return self.git("library", "rev-parse", "HEAD")

    def sync(self, **environment: str) -> "subprocess.CompletedProcess[str]":
        settings = {
            **GIT,
            "PATH": f"{self.folder / 'commands'}:{os.environ['PATH']}",
            "RUNNER_TEMP": str(self.folder),
            "BASE": "master",
            "UPSTREAM": str(self.library),
            "GH_TOKEN": "not-a-token",
            **environment,
        }
        command = ("bash", "-e", "-c", read_script())
        checkout = self.folder / "checkout"
        return subprocess.run(
            command, cwd=checkout, env=settings, capture_output=True, text=True, check=False
        )

    def branches(self) -> Mapping[str, str]:
        lines = self.git("fork.git", "for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads")
        return dict(line.split(" ") for line in lines.splitlines())

    def asked_of_github(self) -> list[str]:
        log = self.folder / "gh.log"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def read_script() -> str:
    workflow = yaml.safe_load((ROOT / "templates/workflows/upstream-sync.yml").read_text(encoding="utf-8"))
    return str(workflow["jobs"]["propose"]["steps"][-1]["run"])


@pytest.fixture
def fork(tmp_path: Path) -> Fork:
    return Fork(tmp_path)


def test_the_newest_release_is_proposed_by_number_not_by_letter(fork: Fork) -> None:
    fork.write("library", "rule.py", "second\n")
    fork.release("v1.9.0")
    fork.write("library", "rule.py", "third\n")
    newest = fork.release("v1.10.0")
    fork.write("library", "rule.py", "fourth\n")
    fork.release("v2.0.0-rc1")
    done = fork.sync()
    assert done.returncode == 0, done.stderr
    assert fork.branches()["upstream/v1.10.0"] == newest
    (created,) = [line for line in fork.asked_of_github() if line.startswith("pr create")]
    assert "--base master --head upstream/v1.10.0" in created


def test_nothing_is_proposed_when_all_is_merged(fork: Fork) -> None:
    done = fork.sync()
    assert (done.returncode, done.stdout) == (0, "v1.0.0 is merged already.\n"), done.stderr
    assert list(fork.branches()) == ["master"]


def test_nothing_is_proposed_twice(fork: Fork) -> None:
    fork.write("library", "rule.py", "second\n")
    fork.release("v1.1.0")
    fork.sync()
    done = fork.sync()
    assert done.stdout == "v1.1.0 is proposed already, on the branch upstream/v1.1.0.\n", done.stderr
    assert len([line for line in fork.asked_of_github() if line.startswith("pr create")]) == 1


def test_a_proposal_that_was_refused_is_made_by_the_next_run(fork: Fork) -> None:
    fork.write("library", "rule.py", "second\n")
    released = fork.release("v1.1.0")
    (fork.folder / "refuse").touch()
    assert fork.sync().returncode != 0
    (fork.folder / "refuse").unlink()
    done = fork.sync()
    assert (done.returncode, fork.branches()["upstream/v1.1.0"]) == (0, released), done.stderr
    assert len([line for line in fork.asked_of_github() if line.startswith("pr create")]) == 1


def test_work_pushed_to_the_proposal_is_never_overwritten(fork: Fork) -> None:
    fork.write("library", "rule.py", "second\n")
    fork.release("v1.1.0")
    fork.sync()
    fork.git("checkout", "checkout", "--quiet", "-b", "upstream/v1.1.0", "origin/master")
    fork.write("checkout", "resolved.py", "by hand\n")
    fork.git("checkout", "push", "--quiet", "--force", "origin", "upstream/v1.1.0")
    resolved = fork.branches()["upstream/v1.1.0"]
    fork.git("checkout", "checkout", "--quiet", "master")
    assert fork.sync().returncode == 0
    assert fork.branches()["upstream/v1.1.0"] == resolved


def test_conflicts_are_named(fork: Fork) -> None:
    fork.write("checkout", "rule.py", "ours\n")
    fork.write("library", "rule.py", "theirs\n")
    fork.write("library", "other.py", "new\n")
    fork.release("v1.1.0")
    done = fork.sync()
    assert done.returncode == 0, done.stderr
    body = (fork.folder / "body.md").read_text(encoding="utf-8")
    assert body.endswith("resolved by hand:\n\n- `rule.py`\n")


def test_a_fork_without_the_history_of_the_library_is_told_what_to_do(fork: Fork) -> None:
    fork.git("checkout", "checkout", "--quiet", "--orphan", "zipped")
    fork.write("checkout", "rule.py", "unzipped\n")
    done = fork.sync()
    assert (done.returncode, "no history in common" in done.stdout) == (1, True), done.stderr
    assert (list(fork.branches()), fork.asked_of_github()) == (["master"], [])


@pytest.mark.parametrize("name", ["UPSTREAM", "GH_TOKEN"])
def test_what_is_not_set_is_named(fork: Fork, name: str) -> None:
    done = fork.sync(**{name: ""})
    assert done.returncode != 0
    assert f"{name}: Set the " in done.stderr


def test_a_library_without_releases_is_no_failure(fork: Fork) -> None:
    fork.git("library", "tag", "--delete", "v1.0.0")
    done = fork.sync()
    assert (done.returncode, done.stdout) == (0, f"{fork.library} has no release yet.\n"), done.stderr


def test_a_library_that_cannot_be_reached_is_a_failure(fork: Fork) -> None:
    done = fork.sync(UPSTREAM=str(fork.folder / "nowhere"))
    assert done.returncode != 0
