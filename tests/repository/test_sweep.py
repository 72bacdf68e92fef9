"""What a sweep of a folder notices, on real files."""

import os
import threading
import time
from pathlib import Path

import pytest

from panther_ci.repository.sweep import MOST_SETTLING, SETTLING_SECONDS, sweep, wait_for_change
from tests.family import descriptors


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "rules/inner").mkdir(parents=True)
    for name in ("rules/a.yml", "rules/inner/b.py"):
        (tmp_path / name).write_text("x: 1\n")
    return tmp_path


def test_nothing_has_changed_where_nothing_was_done(root: Path) -> None:
    before = sweep(root, (".",))
    assert sweep(root, (".",)) == before
    assert set(before.marks) == {"", "rules", "rules/a.yml", "rules/inner", "rules/inner/b.py"}


def test_what_was_written_made_moved_or_deleted_is_noticed(root: Path) -> None:
    before = sweep(root, (".",))
    (root / "rules/a.yml").write_text("x: 22\n")
    (root / "rules/inner/b.py").unlink()
    (root / "new").mkdir()
    (root / "new/c.json").write_text("{}")
    (root / "new/c.txt").write_text("no content")
    assert wait_for_change(before).changed_since(before) == ("new/c.json", "rules/a.yml", "rules/inner/b.py")


def test_a_file_of_the_same_size_that_takes_the_place_of_another_is_noticed(root: Path) -> None:
    path = root / "rules/a.yml"
    before = sweep(root, ("rules",))
    (root / "new").write_text("y: 2\n")
    seen = path.stat()
    os.utime(root / "new", ns=(seen.st_atime_ns, seen.st_mtime_ns))
    (root / "new").rename(path)
    assert wait_for_change(before).changed_since(before) == ("rules/a.yml",)


def test_what_is_not_read_is_not_looked_at(root: Path) -> None:
    before = sweep(root, (".",))
    for name in (".git", "node_modules"):
        (root / name).mkdir()
        (root / name / "d.yml").write_text("")
    (root / "rules/notes.txt").write_text("")
    assert set(sweep(root, (".",)).marks) == set(before.marks)


def test_a_folder_that_is_gone_has_nothing(root: Path) -> None:
    assert sweep(root / "gone", (".",)).marks == {}
    assert set(sweep(root, ("gone", "rules/inner")).marks) == {"rules/inner", "rules/inner/b.py"}


def test_links_are_looked_at_and_not_followed(root: Path) -> None:
    (root / "folder").symlink_to("rules")
    (root / "link.yml").symlink_to("rules/a.yml")
    before = sweep(root, (".",))
    assert not [path for path in before.marks if path.startswith("folder/")]
    (root / "rules/a.yml").write_text("x: 22\n")
    after = wait_for_change(before)
    assert after.changed_since(before) == ("rules/a.yml",)
    (root / "link.yml").unlink()
    assert wait_for_change(after).changed_since(after) == ("link.yml",)


def test_a_change_is_waited_for(root: Path) -> None:
    before = sweep(root, (".",))
    writer = threading.Timer(0.3, (root / "rules/a.yml").write_text, ("x: 333\n",))
    writer.start()
    assert wait_for_change(before).changed_since(before) == ("rules/a.yml",)
    writer.join()


@pytest.mark.parametrize(("writes", "pauses"), [(0, 1), (3, 4), (MOST_SETTLING + 5, MOST_SETTLING)])
def test_a_change_is_looked_at_once_it_lasts_or_goes_on_for_long(
    root: Path, monkeypatch: pytest.MonkeyPatch, writes: int, pauses: int
) -> None:
    before, slept = sweep(root, (".",)), list[float]()

    def write_instead(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) <= writes:
            with (root / "rules/a.yml").open("a") as file:
                file.write("more\n")

    monkeypatch.setattr(time, "sleep", write_instead)
    (root / "rules/a.yml").write_text("x: 333\n")
    found = wait_for_change(before)
    assert slept == [SETTLING_SECONDS] * pauses
    assert found == sweep(root, (".",))


def test_no_look_leaves_a_folder_open(root: Path) -> None:
    before = descriptors()
    for _ in range(3):
        sweep(root, (".",))
    assert descriptors() == before
