"""What the workflows and the Dockerfile load is pinned, and to the same thing everywhere."""

import re
from collections import defaultdict
from pathlib import Path

from tests.guides import read_workflows

ROOT = Path(__file__).parents[2]
WORKFLOWS = [*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("templates/*/*.yml")]
USES = re.compile(r"uses: (?P<action>[^./][^@\s]*)@(?P<pin>\S+)(?P<comment>.*)")


def read_uses() -> list[tuple[str, str, str]]:
    """All but ours, of workflows and guides."""
    texts = [path.read_text(encoding="utf-8") for path in WORKFLOWS]
    texts += [block.text for block in read_workflows()]
    uses = [(use["action"], use["pin"], use["comment"]) for text in texts for use in USES.finditer(text)]
    return [use for use in uses if use[0] != "panther-labs/panther-ci"]


def test_actions_are_pinned_by_commit_with_their_version_beside() -> None:
    uses = read_uses()
    assert len(uses) > 10
    assert [use for use in uses if not re.fullmatch("[0-9a-f]{40}", use[1])] == []
    assert [use for use in uses if not re.fullmatch(r" # v\d+\.\d+\.\d+", use[2])] == []


def test_an_action_has_one_pin() -> None:
    pins = defaultdict(set)
    for action, pin, _ in read_uses():
        pins[action].add(pin)
    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


def test_all_stages_of_the_image_have_one_base_pinned_by_digest() -> None:
    lines = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    pinned, *others = lines
    assert re.fullmatch(r"python:3\.11-slim-bookworm@sha256:[0-9a-f]{64}", pinned)
    assert set(others) == {"base"}
