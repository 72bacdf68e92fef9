"""Checkouts as actions/checkout leaves them: real git repositories of small detections."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# The user whose id the hosted runners have; the container's root finds a checkout that isn't its own.
RUNNER_UID = 1001
GIT_SETTINGS = {
    "GIT_AUTHOR_NAME": "author",
    "GIT_AUTHOR_EMAIL": "author@example.com",
    "GIT_COMMITTER_NAME": "author",
    "GIT_COMMITTER_EMAIL": "author@example.com",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}

# What a file is to hold; None deletes it.
Content = str | bytes | None

SPEC = """\
AnalysisType: rule
RuleID: Example.{name}
DisplayName: {name} is used
Filename: {module}.py
Enabled: true
Severity: High
LogTypes:
  - AWS.CloudTrail
Tests:
  - Name: {name} signs in
    ExpectedResult: true
    Log:
      user: {name}
  - Name: Somebody else signs in
    ExpectedResult: false
    Log:
      user: somebody
"""
BODY = """\
def rule(event):
    return event.get("user") == "{name}"
"""


def write_rule(name: str) -> dict[str, str]:
    """The spec and the body of a rule that is right, by path."""
    module = name.lower()
    return {
        f"rules/{module}.yml": SPEC.format(name=name, module=module),
        f"rules/{module}.py": BODY.format(name=name),
    }


@dataclass(frozen=True)
class Checkout:
    """A repository, and the name of its default branch."""

    folder: Path
    branch: str = "master"

    @classmethod
    def create(cls, folder: Path, files: Mapping[str, Content], branch: str = "master") -> "Checkout":
        """A repository with one commit of these files."""
        folder.mkdir(parents=True)
        checkout = cls(folder, branch)
        checkout.git("init", "--quiet", f"--initial-branch={branch}")
        checkout.commit(files, "First commit")
        return checkout

    def git(self, *arguments: str) -> str:
        """Run git here and return what it printed, without the last newline."""
        command = ("git", "-C", str(self.folder), *arguments)
        settings = {**os.environ, **GIT_SETTINGS}
        return subprocess.run(
            command, env=settings, stdout=subprocess.PIPE, text=True, check=True
        ).stdout.strip()

    def commit(self, files: Mapping[str, Content], message: str) -> str:
        """Write files (None deletes one), commit them, and return the commit."""
        for path, text in files.items():
            target = self.folder / path
            if text is None:
                target.unlink()
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head()

    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def propose(self, files: Mapping[str, Content]) -> str:
        """Commit files on a branch, check out its merge into the default one; returns the branch's head."""
        self.git("checkout", "--quiet", "-b", "proposal")
        head = self.commit(files, "Propose")
        self.git("checkout", "--quiet", "--detach", self.branch)
        self.git("merge", "--quiet", "--no-ff", "--message", "Merge the proposal", "proposal")
        return head

    def clone(self, folder: Path, depth: int) -> "Checkout":
        """The same commit as actions/checkout gets it with `fetch-depth`; its origin can't be reached."""
        head = self.head()
        folder.mkdir(parents=True)
        shallow = Checkout(folder)
        shallow.git("init", "--quiet", "--initial-branch=master")
        self.git("config", "uploadpack.allowAnySHA1InWant", "true")
        shallow.git("fetch", "--quiet", f"--depth={depth}", f"file://{self.folder}", head)
        shallow.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
        shallow.git("remote", "add", "origin", "https://127.0.0.1:9/owner/repository")
        return shallow
