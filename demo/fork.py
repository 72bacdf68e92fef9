"""A small private fork with a history, made of detections that ship with this project."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ANALYSIS = Path(__file__).resolve().parent.parent / "analysis"
RULES = ("aws_cloudtrail_root_activity", "aws_cloudtrail_stopped", "aws_cloudtrail_vpc_modified")
POLICIES = ("aws_s3_bucket_versioning", "aws_s3_bucket_mfa_delete", "aws_s3_bucket_public_read")
ZEROS = "0" * 40
IDENTITY = ("-c", "user.name=Demo", "-c", "user.email=demo@example.invalid")
# The user's git settings (signing, hooks, merging) do not apply to this fork.
NO_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@dataclass(frozen=True)
class Event:
    """What GitHub would start the action with: the event, its ref, its payload."""

    name: str
    ref: str
    sha: str
    payload: dict[str, Any]
    branch: str = "main"
    base_ref: str = ""


@dataclass(frozen=True)
class Fork:
    """A git repository whose branch `main` contains the detections."""

    root: Path

    @classmethod
    def create(cls, root: Path) -> "Fork":
        """Make the fork with its first commit."""
        copy_detections(root)
        fork = cls(root)
        fork.git("init", "--quiet", "--initial-branch=main")
        fork.commit("Start from the public library")
        return fork

    def git(self, *arguments: str) -> str:
        """Run git in the fork and return what it printed."""
        command = ["git", *IDENTITY, *arguments]
        environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        done = subprocess.run(
            command, cwd=self.root, env=environ | NO_SETTINGS, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    def start_branch(self, name: str) -> None:
        """Begin a branch at main."""
        self.git("checkout", "--quiet", "-b", name, "main")

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace the first occurrence of a text in a file."""
        file = self.root / path
        text = file.read_text()
        if old not in text:
            raise ValueError(f"{path} does not contain {old}")
        file.write_text(text.replace(old, new, 1))

    def commit(self, message: str) -> None:
        """Commit all there is."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def pull_request(self, number: int) -> Event:
        """Check out the merge commit GitHub would make of the branch, and describe the event."""
        branch = self.git("rev-parse", "--abbrev-ref", "HEAD")
        head, base = self.git("rev-parse", branch), self.git("rev-parse", "main")
        merge = self.git(
            "commit-tree", f"{head}^{{tree}}", "-p", base, "-p", head, "-m", f"Merge {head} into {base}"
        )
        self.git("update-ref", f"refs/pull/{number}/merge", merge)
        payload = {
            "action": "synchronize",
            "number": number,
            "pull_request": {
                "number": number,
                "base": {"ref": "main", "sha": base, "repo": {"full_name": "demo/fork", "fork": False}},
                "head": {"ref": branch, "sha": head, "repo": {"full_name": "demo/fork", "fork": False}},
            },
            "repository": {"full_name": "demo/fork", "default_branch": "main"},
        }
        return Event("pull_request", f"refs/pull/{number}/merge", merge, payload, branch, "main")

    def merge(self, number: int) -> Event:
        """Merge the branch to main and describe the push."""
        before = self.git("rev-parse", "main")
        branch = self.git("rev-parse", "--abbrev-ref", "HEAD")
        self.git("checkout", "--quiet", "main")
        self.git("merge", "--quiet", "--no-ff", "--message", f"Merge pull request {number}", branch)
        return self._push("refs/heads/main", before)

    def tag(self, name: str) -> Event:
        """Tag main and describe the push."""
        self.git("tag", name)
        return self._push(f"refs/tags/{name}", ZEROS)

    def _push(self, ref: str, before: str) -> Event:
        sha = self.git("rev-parse", "HEAD")
        repository = {"full_name": "demo/fork", "default_branch": "main"}
        payload = {"ref": ref, "before": before, "after": sha, "deleted": False, "repository": repository}
        return Event("push", ref, sha, payload)


def copy_detections(root: Path) -> None:
    """Copy a handful of real detections and the helpers they import."""
    shutil.copytree(ANALYSIS / "globals", root / "globals")
    for bundle, folder, names in (
        ("rules/cis", "rules", (*RULES, "aws_cis_rules_configuration", "aws_cis_watched_calls")),
        ("policies/s3", "policies", (*POLICIES, "aws_s3_configuration")),
    ):
        (root / folder).mkdir()
        for name in names:
            for ending in (".yml", ".py"):
                shutil.copy(ANALYSIS / bundle / (name + ending), root / folder)
