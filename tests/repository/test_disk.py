"""What is on disk counts as changed where it differs from the base, whatever git was told."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from panther_ci.model import ChangeKind, ChangeSet, ComparisonRequest
from panther_ci.repository.comparison import compare
from panther_ci.repository.disk import include_disk
from panther_ci.repository.files import read_tree
from tests.commands import Done, run_command

CloneOf = Callable[..., Any]
RULE = """\
AnalysisType: rule
RuleID: Marked
Enabled: true
Severity: Low
LogTypes: [AWS.CloudTrail]
Filename: r.py
Tests:
  - {Name: marks, ExpectedResult: true, Log: {a: 1}}
"""
TEXT = "a: 1\nb: $Id$\n"


def changes_of(clone: Any, base: str) -> ChangeSet:
    changes = compare(clone.repository, ComparisonRequest(base=base))
    return include_disk(clone.repository, changes, read_tree(clone.root))


def found(changes: ChangeSet) -> dict[str, ChangeKind]:
    return {
        change.path: change.kind for change in changes.changes if not change.path.endswith(".gitattributes")
    }


def check_out_anew(clone: Any) -> None:
    """Write all files as a fresh checkout would, by the attributes that are there now."""
    for place in clone.root.iterdir():
        if place.is_file():
            place.unlink()
    clone.git("checkout", "--quiet", "--force", "HEAD", "--", ".")


ATTRIBUTES = {
    "ident": ("", "*.yml ident\n"),
    "no ident any more": ("*.yml ident\n", "# none\n"),
    "carriage returns": ("", "*.yml text eol=crlf\n"),
    "no carriage returns any more": ("*.yml text eol=crlf\n", "*.yml text\n"),
    "UTF-16": ("", "s.yml working-tree-encoding=UTF-16LE-BOM\n"),
    "a macro": ("", "[attr]mine ident\ns.yml mine\n"),
}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_attributes_that_change_bytes_are_a_change_of_their_files(clone: Any, name: str) -> None:
    before, after = ATTRIBUTES[name]
    clone.put(".gitattributes", before)
    base = clone.commit(s=TEXT, other="x: 1\n")
    check_out_anew(clone)
    was = (clone.root / "s.yml").read_bytes()
    clone.put(".gitattributes", after)
    clone.put("other.yml", "x: 22\n")
    clone.git("commit", "--quiet", "--message", "attributes", ".gitattributes", "other.yml")
    check_out_anew(clone)
    assert (clone.root / "s.yml").read_bytes() != was
    changes = changes_of(clone, base)
    assert found(changes)["s.yml"] is ChangeKind.MODIFIED
    assert (changes.base_files["s.yml"], b"x: 1" in changes.base_files["other.yml"]) == (was, True)
    assert any("Attributes of git" in note and "`s.yml`" in note for note in changes.notes)


@pytest.mark.parametrize("attributes", ["*.yml ident\n", "*.yml text eol=crlf\n"])
def test_attributes_that_stay_change_nothing(clone: Any, attributes: str) -> None:
    clone.put(".gitattributes", attributes)
    base = clone.commit(s=TEXT)
    clone.commit(other="x: 1\n")
    check_out_anew(clone)
    assert (clone.root / "s.yml").read_bytes() != TEXT.encode()
    changes = changes_of(clone, base)
    assert (found(changes), changes.notes) == ({"other.yml": ChangeKind.ADDED}, ())


def test_attributes_of_a_folder_that_change_no_bytes_change_nothing(clone: Any) -> None:
    base = clone.commit(d__s=TEXT)
    clone.put("d/.gitattributes", "*.py ident\n*.yml diff\n")
    clone.commit()
    changes = changes_of(clone, base)
    assert (found(changes), changes.notes) == ({}, ())


def test_attributes_in_a_folder_count_for_its_files_only(clone: Any) -> None:
    base = clone.commit(d__s=TEXT, e__s=TEXT)
    clone.put("d/.gitattributes", "*.yml ident\n")
    clone.commit()
    (clone.root / "d/s.yml").unlink()
    clone.git("checkout", "--quiet", "--", "d/s.yml")
    assert found(changes_of(clone, base)) == {"d/s.yml": ChangeKind.MODIFIED}


def test_attributes_that_change_a_file_which_is_read_by_its_name_are_a_change_of_it(clone: Any) -> None:
    clone.put("requirements.txt", "a==1\n")
    base = clone.commit()
    clone.put(".gitattributes", "*.txt text eol=crlf\n")
    clone.put("new.txt", "b==1\n")
    clone.commit()
    (clone.root / "requirements.txt").unlink()
    clone.git("checkout", "--quiet", "--", "requirements.txt")
    named = {name: (clone.root / name).read_bytes() for name in ("new.txt", "requirements.txt")}
    tree = read_tree(clone.root)
    compared = compare(clone.repository, ComparisonRequest(base=base))
    changes = include_disk(clone.repository, compared, tree._replace(files={**tree.files, **named}))
    assert found(changes) == {"new.txt": ChangeKind.ADDED, "requirements.txt": ChangeKind.MODIFIED}
    assert changes.base_files["requirements.txt"] == b"a==1\n"


def test_no_filter_runs(clone: Any, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    for command in ("clean", "smudge", "process"):
        clone.git("config", f"filter.bad.{command}", f"touch {mark}; cat")
    base = clone.commit(s=TEXT)
    clone.put(".gitattributes", "*.yml filter=bad\n")
    clone.put("s.yml", "a: 2\n")
    changes = changes_of(clone, base)
    assert found(changes) == {"s.yml": ChangeKind.MODIFIED}
    assert not mark.exists()


def test_what_a_filter_writes_to_disk_is_no_change(clone: Any) -> None:
    for command in ("clean", "smudge"):
        clone.git("config", f"filter.turn.{command}", "tr 12 21")
    clone.put(".gitattributes", "s.yml filter=turn\n")
    base = clone.commit(s="a: 1\n")
    assert clone.git("show", "HEAD:s.yml") == "a: 2"
    os.utime(clone.root / "s.yml", (1_000_000_000, 1_000_000_000))
    clone.git("update-index", "--refresh")
    changes = changes_of(clone, base)
    assert (found(changes), changes.notes) == ({}, ())


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_does_not_look_at_is_a_change_all_the_same(clone: Any, flag: str) -> None:
    base = clone.commit(s=TEXT)
    clone.git("update-index", flag, "s.yml", "a.yml")
    clone.write(s="a: 2\n")
    changes = changes_of(clone, base)
    assert found(changes) == {"s.yml": ChangeKind.MODIFIED}
    assert changes.base_files == {"s.yml": TEXT.encode()}
    assert "although git was told not to look at them: `s.yml`." in changes.notes[0]


def test_a_file_with_the_size_and_the_time_that_git_remembers_is_a_change(clone: Any) -> None:
    clone.git("config", "core.trustctime", "false")
    clone.git("config", "core.checkStat", "minimal")
    base = clone.commit(s="a: 1\n")
    place = clone.root / "s.yml"
    os.utime(place, (1_000_000_000, 1_000_000_000))
    clone.git("update-index", "--refresh")
    place.write_text("a: 2\n")
    os.utime(place, (1_000_000_000, 1_000_000_000))
    assert found(changes_of(clone, base)) == {"s.yml": ChangeKind.MODIFIED}


def test_what_git_ignores_is_a_change_and_told(clone: Any) -> None:
    clone.put(".gitignore", "made_*\n")
    base = clone.commit()
    clone.write(**{f"made_{number}": "x: 1\n" for number in range(5)})
    changes = changes_of(clone, base)
    assert set(found(changes)) == {f"made_{number}.yml" for number in range(5)}
    (note,) = changes.notes
    assert note.endswith(
        "git ignores them, so that no commit has them: `made_0.yml`, `made_1.yml`, `made_2.yml` and 2 more."
    )


@pytest.fixture
def with_submodule(clone: Any, clone_of: CloneOf) -> Any:
    other = clone_of(clone, "HEAD")
    clone.git("submodule", "--quiet", "add", str(other.root), "sub")
    clone.commit()
    return clone


def test_a_clean_submodule_is_no_change(with_submodule: Any) -> None:
    changes = changes_of(with_submodule, "HEAD")
    assert (found(changes), changes.notes) == ({}, ())


@pytest.mark.parametrize(
    ("path", "text"), [("sub/a.yml", "a: 2\n"), ("sub/new.yml", "a: 1\n"), ("sub/d/new.yml", "")]
)
def test_what_no_commit_of_a_submodule_has_is_a_change_and_told(
    with_submodule: Any, path: str, text: str
) -> None:
    with_submodule.put(path, text)
    changes = changes_of(with_submodule, "HEAD")
    assert found(changes).keys() == {path}
    assert f"no commit of their submodule has: `{path}`." in changes.notes[0]


def test_a_submodule_whose_commit_can_not_be_read_is_a_change(with_submodule: Any) -> None:
    with_submodule.put("sub/.git", "gitdir: nowhere\n")
    assert found(changes_of(with_submodule, "HEAD")).keys() >= {"sub/a.yml", "sub/b.yml"}


ODD = ['q"\n.yml', "ü b.yml", "back\\slash.yml", '"in quotes".yml', " first.yml", "#c.yml", "\t.yml"]


@pytest.mark.parametrize("name", ODD)
def test_odd_names_with_attributes_are_no_change(clone: Any, name: str) -> None:
    clone.put(".gitattributes", "*.yml text eol=crlf\n")
    clone.put(name, TEXT)
    base = clone.commit()
    check_out_anew(clone)
    assert b"\r" in (clone.root / name).read_bytes()
    assert found(changes_of(clone, base)) == {}


def test_objects_with_longer_names_are_known(tmp_path: Path, clone_type: type[Any]) -> None:
    root = tmp_path / "long"
    root.mkdir()
    clone = clone_type(root)
    clone.git("init", "--quiet", "--object-format=sha256")
    base = clone.commit(s=TEXT)
    assert found(changes_of(clone, base)) == {}
    clone.git("update-index", "--assume-unchanged", "s.yml")
    clone.write(s="a: 2\n")
    assert found(changes_of(clone, base)) == {"s.yml": ChangeKind.MODIFIED}


def test_a_whole_check_judges_what_attributes_changed(clone: Any) -> None:
    clone.put("rules/r.py", "MARK = '$Id$'\ndef rule(event):\n    return len(MARK) == 4\n")
    clone.put("rules/r.yml", RULE)
    base = clone.commit()
    clone.put(".gitattributes", "*.py ident\n")
    clone.commit()
    (clone.root / "rules/r.py").unlink()
    clone.git("checkout", "--quiet", "--", "rules/r.py")
    done = check(clone.root, ["--base-ref", base])
    assert done.returncode == 1, done.stdout
    assert "[FAIL] marks" in done.stdout


def check(folder: Path, options: Iterable[str]) -> Done:
    return run_command(folder, "check", *options)
