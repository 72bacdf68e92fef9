"""The guides as they stand: their blocks, walked through as scripts and run as workflows."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
# docs/checks.md shows what is wrong; the tests of the checks read it.
PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"))
    if path.name != "checks.md"
)
BLOCK = re.compile(r"^( *)```(\w+) ?([a-z-]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
PANTHER_CI = f"""#!/bin/sh
exec {sys.executable} -m panther_ci.cli "$@"
"""


class Block(NamedTuple):
    """A block of a page, and the line it begins at; `kind` is the word behind its language."""

    page: str
    line: int
    language: str
    kind: str
    text: str

    @property
    def name(self) -> str:
        """What tests call it, which is a file name too."""
        return f"{Path(self.page).stem}-{self.line}"


def read_blocks(page: str) -> list[Block]:
    """The blocks of a page, without the indent of the list they may be in."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found[2], found[3], unindent(found[4], found[1]))
        for found in BLOCK.finditer(text)
    ]


def unindent(text: str, indent: str) -> str:
    """The text without an indent of all its lines."""
    return re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)


def read_workflows() -> list[Block]:
    """The blocks of YAML of no other kind; steps alone are put into the first workflow of the README."""
    frame, mark, _ = read_blocks("README.md")[0].text.partition("      - uses: panther-labs/")
    assert mark
    found = [block for page in PAGES for block in read_blocks(page) if block.language == "yaml"]
    return [block._replace(text=frame * is_part(block) + block.text) for block in found if not block.kind]


def is_part(block: Block) -> bool:
    """Whether a block of YAML has steps only, with the indent that they have in a workflow."""
    return block.text.startswith("      - ")


def write_workflows(folder: Path) -> list[Path]:
    """Write every workflow of the guides into a file of its own; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for block in read_workflows():
        files.append(folder / f"{block.name}.yml")
        files[-1].write_text(block.text, encoding="utf-8")
    return files


def write_script(page: str, ways: Iterable[str], install: str) -> str:
    """The commands of a page for somebody who goes these ways; `install` stands for what installs."""
    lines = ["set -eux"]
    for block in read_blocks(page):
        if block.language != "sh":
            continue
        if block.kind == "install":
            lines.append(install)
        elif block.kind == "fails":
            lines.append(f"set +e\n{block.text}test $? = 1 || exit 99\nset -e")
        elif block.kind == "may-conflict":
            lines.append(f"set +e\n{block.text}set -e")
        elif not block.kind or block.kind in ways:
            lines.append(block.text)
    return "\n".join(lines)


class World:
    """What is outside: a folder of remotes, the addresses that lead to them, and commands."""

    def __init__(self, folder: Path, remotes: Mapping[str, str], gh: str) -> None:
        self.folder = folder
        self.commands = folder / "commands"
        self.commands.mkdir()
        for name, text in (("gh", gh), ("panther-ci", PANTHER_CI)):
            (self.commands / name).write_text(text, encoding="utf-8")
            (self.commands / name).chmod(0o755)
        self.environment = {
            "PATH": f"{self.commands}:{os.environ['PATH']}",
            "HOME": str(folder),
            "COMMANDS": str(self.commands),
            "ASKED_OF_GITHUB": str(folder / "asked-of-github"),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
            "GIT_CONFIG_SYSTEM": "/dev/null",
        }
        lines = ["[user]", "name = author", "email = author@example.com", "[advice]", "detachedHead = false"]
        for address, name in remotes.items():
            lines += [f'[url "{folder}/{name}"]', f"insteadOf = {address}"]
        (folder / "gitconfig").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def copy_this_repository(self, name: str) -> None:
        """Its files that git knows, as they are on disk."""
        listed = subprocess.run(
            ("git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        for path in filter(None, listed.stdout.split("\0")):
            if (ROOT / path).is_file():
                (self.folder / name / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / path, self.folder / name / path)

    def run(self, script: str) -> "subprocess.CompletedProcess[str]":
        """Run a script in the folder; its exit code and output are returned."""
        command = ("bash", "-e", "-c", script)
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def private(self, command: str) -> str:
        """What git prints in the private repository."""
        return self.run(f"git -C private {command}").stdout.strip()

    def asked_of_github(self) -> list[str]:
        """What `gh` was called with, a call a line."""
        return (self.folder / "asked-of-github").read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    write_workflows(Path(sys.argv[1]))
