"""Real git repositories to ask."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from panther_ci.repository.git import Repository

IDENTITY = {
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}


class Clone:
    """A work tree that tests write into and run git in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.repository = Repository(root, {"PATH": IDENTITY["PATH"]})

    def git(self, *command: str, code: int = 0) -> str:
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *command],
            cwd=self.root,
            env=IDENTITY,
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stderr
        return done.stdout.strip()

    def write(self, **files: str) -> None:
        """Write files named by keywords, with `__` for a slash and `_` kept; `.yml` is added."""
        for name, text in files.items():
            self.put(name.replace("__", "/") + ".yml", text)

    def put(self, path: str, text: str | bytes) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())

    def commit(self, **files: str) -> str:
        """Commit the whole work tree, after writing `files`, and return the commit's id."""
        self.write(**files)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = "HEAD") -> None:
        self.git("checkout", "--quiet", "-B", name, start)


@pytest.fixture(scope="session")
def clone_type() -> type[Clone]:
    """For tests that make repositories of their own."""
    return Clone


@pytest.fixture(scope="session")
def first_commit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `clone` is a copy of, so that git makes it once."""
    made = Clone(tmp_path_factory.mktemp("first-commit"))
    made.git("init", "--quiet", "--initial-branch", "main")
    made.commit(a="a: 1\n" * 9, b="b: 1\n" * 9)
    return made.root


@pytest.fixture
def clone(tmp_path: Path, first_commit: Path) -> Clone:
    """A repository with one commit on `main`, holding a.yml and b.yml."""
    made = Clone(shutil.copytree(first_commit, tmp_path / "clone"))
    made.git("update-index", "--refresh")  # which notes inodes and times of files
    return made


@pytest.fixture
def clone_of(tmp_path: Path) -> Callable[..., Clone]:
    """Makes a clone of a clone, over a transport that can be shallow, with a commit checked out."""

    def make(origin: Clone, commit: str, depth: int = 0) -> Clone:
        origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
        commit = origin.git("rev-parse", commit)
        root = tmp_path / f"clone{len(list(tmp_path.iterdir()))}"
        root.mkdir()
        made = Clone(root)
        made.git("init", "--quiet")
        made.git("remote", "add", "origin", f"file://{origin.root}")
        limit = [f"--depth={depth}"] if depth else []
        made.git("fetch", "--quiet", "--no-tags", *limit, "origin", commit)
        made.git("checkout", "--quiet", "--detach", commit)
        return made

    return make
