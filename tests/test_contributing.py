"""CONTRIBUTING.md names places that exist, and every room of the package is on its map."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text()
# A path in a row may be short: it is below the folder of the first path of the same row.
ROWS = [row for row in TEXT.splitlines() if row.startswith("|") and "`" in row]
PLACE = re.compile(r"`([\w./-]+(?:/|\.(?:py|yml|md|cfg)))`")


def list_places() -> list[tuple[str, str]]:
    """Each path in a table, with the first path of its row."""
    places = []
    for row in ROWS:
        found = PLACE.findall(row)
        places += [(path, found[0]) for path in found]
    return places


@pytest.mark.parametrize(("path", "first"), list_places())
def test_a_place_on_the_map_exists(path: str, first: str) -> None:
    beside = ROOT / first if first.endswith("/") else (ROOT / first).parent
    assert (ROOT / path).exists() or (beside / path).exists() or (ROOT / "panther_ci" / path).exists()


def test_every_room_of_the_package_is_on_the_map() -> None:
    package = ROOT / "panther_ci"
    rooms = {f"{path.name}/" for path in package.iterdir() if (path / "__init__.py").exists()}
    modules = {path.name for path in package.glob("*.py") if path.name != "__init__.py"}
    named = {path.removeprefix("panther_ci/") for path, _ in list_places()}
    assert rooms | modules <= named


def test_the_ten_usual_changes_have_a_place() -> None:
    table = TEXT.partition("## Where to begin")[2].partition("## Rules")[0]
    assert len([row for row in table.splitlines() if row.startswith("| a")]) == 10
