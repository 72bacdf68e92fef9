"""docs/private-fork.md, walked through: its commands run as they stand, over local remotes."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^( *)```sh ?([a-z-]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PUBLIC = "https://github.com/panther-labs/panther-ci.git"
PRIVATE = "https://github.com/your-organization/detections.git"
# Somebody who may merge does so at once; all else about pull requests is GitHub's.
GH = """#!/bin/sh
echo "$@" >> "$PULL_REQUESTS"
case "$*" in *"--head set-up "*) git push --quiet origin "set-up:$4";; esac
"""
PANTHER_CI = f"""#!/bin/sh
exec {sys.executable} -m panther_ci.cli "$@"
"""


def read_blocks() -> list[tuple[str, str]]:
    text = (ROOT / "docs/private-fork.md").read_text(encoding="utf-8")
    return [
        (kind, re.sub(rf"^{indent}", "", block, flags=re.M)) for indent, kind, block in BLOCK.findall(text)
    ]


def write_script(ways: tuple[str, ...], branch: str) -> str:
    """The commands of the page for somebody who goes these ways, where the default branch has this name."""
    lines = ["set -eux"]
    (_, names), *blocks = read_blocks()
    lines.append(names.replace("BRANCH=main\n", f"BRANCH={branch}\n"))
    for kind, block in blocks:
        if kind == "install":
            lines.append('mkdir -p .venv/bin && cp "$COMMANDS/panther-ci" .venv/bin/')
        elif kind == "fails":
            lines.append(f"set +e\n{block}test $? = 1 || exit 99\nset -e")
        elif kind == "may-conflict":
            lines.append(f"set +e\n{block}set -e")
        elif not kind or kind in ways:
            lines.append(block)
    return "\n".join(lines)


class World:
    """GitHub's side of it: the public library with two releases, and room for the private one."""

    def __init__(self, folder: Path, branch: str) -> None:
        self.folder, self.branch = folder, branch
        self.commands = folder / "commands"
        self.commands.mkdir()
        for name, text in (("gh", GH), ("panther-ci", PANTHER_CI)):
            (self.commands / name).write_text(text, encoding="utf-8")
            (self.commands / name).chmod(0o755)
        self.environment = {
            "PATH": f"{self.commands}:{os.environ['PATH']}",
            "HOME": str(folder),
            "COMMANDS": str(self.commands),
            "PULL_REQUESTS": str(folder / "pull-requests"),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
            "GIT_CONFIG_SYSTEM": "/dev/null",
        }
        self.write_settings()
        self.publish()
        self.run(f"git init --quiet --bare --initial-branch={branch} {folder}/private")

    def write_settings(self) -> None:
        lines = ["[user]", "name = author", "email = author@example.com", "[advice]", "detachedHead = false"]
        lines += [f'[url "{self.folder}/public"]', f"insteadOf = {PUBLIC}"]
        lines += [f'[url "{self.folder}/private"]', f"insteadOf = {PRIVATE}"]
        (self.folder / "gitconfig").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def publish(self) -> None:
        """This repository as its public self, with two releases; the second changes what a fork removes."""
        public = self.folder / "public"
        listed = subprocess.run(
            ("git", "-C", ROOT, "ls-files", "-z"), stdout=subprocess.PIPE, text=True, check=True
        )
        for path in filter(None, listed.stdout.split("\0")):
            (public / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, public / path)
        self.run(f"""
            cd public && git init --quiet --initial-branch={self.branch} && git add --all --force
            git commit --quiet --message First && git tag --annotate --message First v1.0.0
            echo '# Changed.' | tee -a .github/workflows/ci.yml >> CHANGELOG.md
            git commit --quiet --all --message Second && git tag --annotate --message Second v1.1.0
        """)

    def import_first_release(self) -> None:
        """What GitHub's import would have made before there was a second release."""
        self.run(f"""
            git clone --quiet --mirror public import && cd import && git tag --delete v1.1.0
            git update-ref refs/heads/{self.branch} v1.0.0^{{commit}} && git push --quiet --mirror ../private
        """)

    def run(self, script: str) -> "subprocess.CompletedProcess[str]":
        command = ("bash", "-e", "-c", script)
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def private(self, command: str) -> str:
        return self.run(f"git -C private {command}").stdout.strip()


@pytest.mark.parametrize(
    ("branch", "ways"), [("master", ("by-page", "by-push")), ("main", ("by-command-line", "by-proposal"))]
)
def test_the_page_leads_from_nothing_to_a_deployment_and_an_update(
    tmp_path: Path, branch: str, ways: tuple[str, ...]
) -> None:
    world = World(tmp_path, branch)
    if "by-page" in ways:
        world.import_first_release()
    done = world.run(write_script(ways, branch))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    workflows = world.private("ls-tree --name-only update:.github/workflows").split()
    assert workflows == ["check.yml", "deploy.yml", "upstream-sync.yml"]
    assert world.private("log --merges --format=%s update") == "Merge v1.1.0 of the public library"
    assert "v0.0.1-detections" in world.private("tag")


def test_no_command_depends_on_the_name_of_the_default_branch() -> None:
    named = [block for _, block in read_blocks() if re.search(r"\b(main|master)\b", block)]
    assert named == [block for _, block in read_blocks() if "BRANCH=main" in block]


def test_every_block_is_known() -> None:
    kinds = {kind for kind, _ in read_blocks()}
    ways = {"by-page", "by-command-line", "by-push", "by-proposal"}
    assert kinds == {"", "install", "fails", "may-conflict"} | ways
