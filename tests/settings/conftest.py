"""Real git repositories with settings."""

import subprocess
from pathlib import Path

import pytest


class Checkout:
    """A work tree that tests write into and run git in."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *command: str) -> str:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
        done = subprocess.run(["git", *identity, *command], cwd=self.root, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, **files: str) -> str:
        """Write files, `own` and `pat` by these names, and commit them; an empty text deletes one."""
        for name, text in files.items():
            file = self.root / {"own": ".panther-ci.yml", "pat": ".panther_settings.yml"}.get(name, name)
            file.write_text(text) if text else file.unlink()
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A repository with a folder `rules` and no settings yet."""
    (tmp_path / "checkout/rules").mkdir(parents=True)
    (tmp_path / "checkout/rules/a.yml").write_text("a: 1\n")
    made = Checkout(tmp_path / "checkout")
    made.git("init", "--quiet", "--initial-branch", "main")
    made.commit()
    return made
