"""What the pages show can be read by what it is for: YAML, JSON, shells, and the command line itself."""

import json
import re
import shlex
import subprocess
from collections.abc import Callable, Mapping

import pytest
import yaml

from panther_ci.flags import build_parser
from tests.guides import PAGES, ROOT, read_blocks

COMMAND = re.compile(r"^(?:\$ )?(?:\S*/)?panther-ci (.*)", re.MULTILINE)
SHELLS = ("console", "sh")


def read_all() -> list[tuple[str, str, str]]:
    """Of every block its place, its language and its text."""
    blocks = [block for page in PAGES for block in read_blocks(page)]
    return [(f"{block.page}:{block.line}", block.language, block.text) for block in blocks]


def read_commands() -> list[tuple[str, str]]:
    """Every call of panther-ci in a block for a shell, and its place."""
    blocks = [
        (place, text.replace("\\\n", " ")) for place, language, text in read_all() if language in SHELLS
    ]
    return [(place, found[1]) for place, text in blocks for found in COMMAND.finditer(text)]


def check_script(text: str) -> None:
    subprocess.run(("bash", "-n", "-c", text), check=True, capture_output=True)


def check_python(text: str) -> None:
    compile(text, "page", "exec")


READERS: Mapping[str, Callable[[str], object]] = {
    "yaml": lambda text: list(yaml.safe_load_all(text)),
    "json": json.loads,
    "console": check_script,
    "sh": check_script,
    "python": check_python,
    "text": str,
}


def test_the_pages_show_all_that_is_read_here() -> None:
    assert {language for _, language, _ in read_all()} >= {"yaml", "json", "console", "sh"}
    assert len(read_commands()) > 20


@pytest.mark.parametrize(("place", "language", "text"), read_all(), ids=lambda value: value[:40])
def test_a_block_can_be_read(place: str, language: str, text: str) -> None:
    READERS[language](text)


@pytest.mark.parametrize(("place", "command"), read_commands())
def test_a_command_has_the_flags_that_the_page_shows(place: str, command: str) -> None:
    words = shlex.split(re.split(r" [|>&]+ ", command)[0], comments=True)
    assert build_parser(words).parse_args(words).command == words[0]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_no_words_that_only_we_use(page: str) -> None:
    text = re.sub(r"`[^`\n]*`", "", (ROOT / page).read_text(encoding="utf-8"))
    assert (
        re.findall(r"\b(?:gate|gates|gatekeeper|wire|of 2020)\b.*", text.replace("library of 2020", "")) == []
    )
