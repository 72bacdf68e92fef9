"""docs/from-panther-analysis.md, walked through on a generated library of the public one's make-up."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.corpus import write_corpus
from tests.guides import ROOT, World, read_blocks, write_script
from tools.api_standin.server import StandIn

PAGE = "docs/from-panther-analysis.md"
REMOTES = {
    "https://github.com/panther-labs/panther-analysis.git": "library",
    "https://github.com/panther-labs/panther-ci.git": "public",
    "https://github.com/your-organization/detections.git": "private",
}
# What the public library has below .github/workflows.
WORKFLOWS = [
    "check-deprecated",
    "check-mitre",
    "check-packs",
    "docker",
    "generate-indexes",
    "generate-versions-file",
    "invisible-characters",
    "lint",
    "pre-release-upload",
    "release",
    "sync-from-upstream",
    "test",
    "upload",
    "validate",
]
FILES = {
    ".gitattributes": ".github/CODEOWNERS merge=ours\n",
    ".github/CODEOWNERS": "* @library/owners\n",
    ".github/pull.yml": "rules: []\n",
    ".gitignore": "*.txt\n.venv\n",
    "Dockerfile": "FROM scratch\n",
}
# Pull requests of the set-up are merged at once; all else about them is GitHub's.
GH = """#!/bin/sh
echo "$@" >> "$ASKED_OF_GITHUB"
case "$*" in *"--head set-up "*) git push --quiet origin set-up:main;; esac
"""
INSTALL = 'mkdir -p ../panther-ci/.venv/bin && cp "$COMMANDS/panther-ci" ../panther-ci/.venv/bin/'


@pytest.fixture(scope="module")
def deployment() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin


@pytest.fixture
def world(tmp_path: Path, deployment: StandIn) -> World:
    world = World(tmp_path, REMOTES, GH)
    world.environment |= {"PANTHER_API_HOST": deployment.url, "PANTHER_API_TOKEN": deployment.state.key}
    write_library(tmp_path / "library")
    world.run("""
        git init --quiet --bare --initial-branch=main private
        cd library && git init --quiet --initial-branch=main && git add --all --force
        git commit --quiet --message First && git tag --annotate --message First v3.110.0
        echo '# Changed.' | tee -a .github/workflows/test.yml >> .github/CODEOWNERS
        git commit --quiet --all --message Second && git tag --annotate --message Second v3.111.0
        git checkout --quiet -b develop && git commit --quiet --allow-empty --message Third
    """)
    world.copy_this_repository("public")
    world.run("""
        cd public && git init --quiet --initial-branch=main && git add --all --force
        git commit --quiet --message First && git tag v1
    """)
    return world


def write_library(folder: Path) -> None:
    write_corpus(folder, detections=20, globals_=3)
    workflows = {f".github/workflows/{name}.yml": "on: workflow_dispatch\n" for name in WORKFLOWS}
    for path, text in (FILES | workflows).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("way", ["from-nothing", "from-a-copy"])
def test_the_page_leads_from_nothing_or_a_copy_to_an_update(world: World, way: str) -> None:
    if way == "from-a-copy":
        world.run("git -C library archive v3.110.0 --prefix=import/ | tar --extract")
        world.run("cd import && git init --quiet --initial-branch=main && git add --all --force")
        world.run("cd import && git commit --quiet --message Import && git push --quiet ../private main")
    done = world.run(write_script(PAGE, {way}, INSTALL))
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert ("nothing in common" in done.stdout) == (way == "from-a-copy")
    workflows = world.private("ls-tree --name-only update:.github/workflows").split()
    assert workflows == sorted(f"{name}.yml" for name in (*WORKFLOWS, "check", "deploy", "upstream-sync"))
    assert world.private("log -1 --format=%s update") == "Merge v3.111.0 of the library"
    assert world.private("show update:.github/CODEOWNERS") == "/.github/ @your-organization/admins"
    assert "# Changed." in world.private("show update:.github/workflows/test.yml")
    assert "An upload to Panther API" in done.stdout


def test_what_is_switched_off_is_there_and_every_workflow_is_explained() -> None:
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    (switched,) = re.findall(r"^for workflow in (.*); do gh workflow disable", text, re.MULTILINE)
    rows = re.findall(r"^\| (`.*?) \| .* \| (\w+)", text, re.MULTILINE)
    named = {name: action for names, action in rows for name in re.findall(r"`([a-z-]+)\.yml`", names)}
    assert named.keys() == set(WORKFLOWS)
    assert {name for name, action in named.items() if action == "off"} == set(switched.split())


def test_every_block_is_known() -> None:
    kinds = {(block.language, block.kind) for block in read_blocks(PAGE)}
    ways = ("from-nothing", "from-a-copy", "install", "fails", "may-conflict", "")
    assert kinds == {("sh", way) for way in ways} | {("yaml", "pre-commit")}


def test_the_hook_of_the_page_is_one_of_ours() -> None:
    (block,) = [block for block in read_blocks(PAGE) if block.kind == "pre-commit"]
    (entry,) = yaml.safe_load(block.text)
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert [hook["id"] for hook in entry["hooks"]] == [hook["id"] for hook in hooks]
    assert entry["repo"] + ".git" in REMOTES
