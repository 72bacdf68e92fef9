"""docs/private-fork.md, walked through: its commands run as they stand, over local remotes."""

import re
from pathlib import Path

import pytest

from tests.guides import World, read_blocks, write_script

PAGE = "docs/private-fork.md"
REMOTES = {
    "https://github.com/panther-labs/panther-ci.git": "public",
    "https://github.com/your-organization/detections.git": "private",
}
# Somebody who may merge does so at once; all else about pull requests is GitHub's.
GH = """#!/bin/sh
echo "$@" >> "$ASKED_OF_GITHUB"
case "$*" in *"--head set-up "*) git push --quiet origin "set-up:$4";; esac
"""
INSTALL = 'mkdir -p .venv/bin && cp "$COMMANDS/panther-ci" .venv/bin/'


def publish(world: World, branch: str) -> None:
    """This repository as its public self, with two releases; the second changes what a fork removes."""
    world.copy_this_repository("public")
    world.run(f"""
        cd public && git init --quiet --initial-branch={branch} && git add --all --force
        git commit --quiet --message First && git tag --annotate --message First v1.0.0
        echo '# Changed.' | tee -a .github/workflows/ci.yml >> CHANGELOG.md
        git commit --quiet --all --message Second && git tag --annotate --message Second v1.1.0
    """)
    world.run(f"git init --quiet --bare --initial-branch={branch} private")


def import_first_release(world: World, branch: str) -> None:
    """What GitHub's import would have made before there was a second release."""
    world.run(f"""
        git clone --quiet --mirror public import && cd import && git tag --delete v1.1.0
        git update-ref refs/heads/{branch} v1.0.0^{{commit}} && git push --quiet --mirror ../private
    """)


@pytest.mark.parametrize(
    ("branch", "ways"), [("master", ("by-page", "by-push")), ("main", ("by-command-line", "by-proposal"))]
)
def test_the_page_leads_from_nothing_to_a_deployment_and_an_update(
    tmp_path: Path, branch: str, ways: tuple[str, ...]
) -> None:
    world = World(tmp_path, REMOTES, GH)
    publish(world, branch)
    if "by-page" in ways:
        import_first_release(world, branch)
    script = write_script(PAGE, ways, INSTALL)
    assert "BRANCH=main\n" in script
    done = world.run(script.replace("BRANCH=main\n", f"BRANCH={branch}\n"))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    workflows = world.private("ls-tree --name-only update:.github/workflows").split()
    assert workflows == ["check.yml", "deploy.yml", "upstream-sync.yml"]
    assert world.private("log --merges --format=%s update") == "Merge v1.1.0 of the public library"
    assert "v0.0.1-detections" in world.private("tag")


def test_no_command_depends_on_the_name_of_the_default_branch() -> None:
    commands = [block.text for block in read_blocks(PAGE) if block.language == "sh"]
    named = [text for text in commands if re.search(r"\b(main|master)\b", text)]
    assert named == [text for text in commands if "BRANCH=main" in text]


def test_every_block_is_known() -> None:
    kinds = {block.kind for block in read_blocks(PAGE) if block.language == "sh"}
    ways = {"by-page", "by-command-line", "by-push", "by-proposal"}
    assert kinds == {"", "install", "fails", "may-conflict"} | ways
