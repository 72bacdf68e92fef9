"""Of the base, only what a run reads counts, and what a virtual environment hides is told."""

from pathlib import Path
from typing import Any

import pytest

from panther_ci.model import ChangeKind, ChangeSet, ComparisonRequest, Finding, LeftOut, Level, Omission
from panther_ci.repository.comparison import compare
from panther_ci.repository.files import find_related, is_related, join_trees, read_tree
from panther_ci.repository.former import find_absent, keep_read
from panther_ci.repository.git import Repository


def kept(clone: Any, base: str, within: str = ".") -> tuple[ChangeSet, tuple[Finding, ...]]:
    changes = compare(clone.repository, ComparisonRequest(base=base))
    return keep_read(clone.repository, changes, within, read_tree(clone.root).left_out)


FOLDERS = ("", "globals", "globals/.old", "rules", "rules/aws", "rules/.kept", "custom/rules", "custom/aws/x")
OTHERS = ("docs", "custom/globals/deep", "custom/.rules", "custom/aws/globals", "rules/node_modules")


@pytest.mark.parametrize("within", ["." if folder == "" else folder for folder in FOLDERS])
def test_a_path_tells_whether_a_run_on_a_folder_reads_it(tmp_path: Path, within: str) -> None:
    paths = {f"{folder}/a.yml".lstrip("/") for folder in (*FOLDERS, *OTHERS)}
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("a: 1\n")
    tree = join_trees(read_tree(tmp_path, folder) for folder in (within, *find_related(tmp_path, within)))
    assert {path for path in paths if is_related(path, within)} == set(tree.files)


@pytest.mark.parametrize(("within", "found"), [(".", {"globals/g.yml"}), ("rules", {"globals/g.yml"})])
def test_old_bytes_are_only_kept_of_what_is_read(clone: Any, within: str, found: set[str]) -> None:
    base = clone.commit(globals__g="x: 1\n", **{".old__o": "x: 1\n"}, rules__node_modules__n="x: 1\n")
    clone.git("rm", "-r", "--quiet", "globals", ".old", "rules")
    clone.commit(rules__new="x: 1\n")
    changes, _ = kept(clone, base, within)
    assert set(changes.base_files) == found


def test_what_a_new_virtual_environment_hides_is_deleted_and_told(clone: Any) -> None:
    clone.put("globals/notes.txt", "x")
    clone.put("globals/.hidden/h.yml", "x: 1\n")
    base = clone.commit(globals__deep__g="x: 1\n", rules__r="x: 1\n")
    clone.put("globals/pyvenv.cfg", "home = /usr\n")
    clone.commit(a="a: 2\n", rules__z="x: 1\n")
    changes, (finding,) = kept(clone, base)
    hidden = [change.path for change in changes.changes if change.kind is ChangeKind.DELETED]
    assert hidden == ["globals/deep/g.yml"]
    assert changes.base_files == {"globals/deep/g.yml": b"x: 1\n", "a.yml": b"a: 1\n" * 9}
    assert [change.path for change in changes.changes] == [
        *("a.yml", "globals/deep/g.yml", "globals/pyvenv.cfg", "rules/z.yml")
    ]
    assert (finding.location.path, finding.check) == ("globals", "unreadable-file")


def test_an_environment_that_hides_nothing_or_was_there_before_is_not_told(clone: Any) -> None:
    clone.put("old/pyvenv.cfg", "home = /usr\n")
    base = clone.commit(old__o="x: 1\n", old__same="x: 1\n")
    clone.put("env/pyvenv.cfg", "home = /usr\n")
    clone.write(old__o="x: 2\n", env__e="x: 1\n")
    changes, findings = kept(clone, base)
    assert (findings, changes.base_files) == ((), {})
    assert ChangeKind.DELETED not in {change.kind for change in changes.changes}


def test_what_a_sparse_checkout_lacks_of_a_change_is_told(clone: Any) -> None:
    base = clone.commit(rules__r="x: 1\n", docs__d="x: 1\n", docs__gone="x: 1\n", docs__same="x: 1\n")
    clone.git("rm", "--quiet", "docs/gone.yml")
    clone.commit(rules__r="x: 2\n", docs__d="x: 2\n", docs__new="x: 1\n")
    clone.git("sparse-checkout", "set", "rules")
    tree, changes = read_tree(clone.root), compare(clone.repository, ComparisonRequest(base=base))
    told = [finding.location.path for finding in find_absent(changes, tree, ".")]
    assert (told, [*find_absent(changes, tree, "rules")]) == (["docs/d.yml", "docs/new.yml"], [])


@pytest.mark.parametrize(
    ("folder", "within", "level"),
    [("docs", ".", Level.NOTICE), ("policies", ".", Level.ERROR), ("docs", "docs", Level.ERROR)],
)
def test_what_is_absent_rejects_only_where_detections_are(
    clone: Any, folder: str, within: str, level: Level
) -> None:
    base = clone.commit(**{f"{folder}__d": "x: 1\n", "other__o": "x: 1\n"})
    clone.commit(**{f"{folder}__d": "x: 2\n"})
    clone.git("sparse-checkout", "set", "other")
    changes = compare(clone.repository, ComparisonRequest(base=base))
    (finding,) = find_absent(changes, read_tree(clone.root), within)
    assert finding.level is level


def test_nothing_is_absent_where_all_that_is_not_read_is_told(clone: Any) -> None:
    base = clone.commit(gone="x: 1\n")
    (clone.root / "gone.yml").unlink()
    (clone.root / "link.yml").symlink_to("a.yml")
    clone.put("env/pyvenv.cfg", "home = /usr\n")
    clone.put(b"rules/\xff.yml".decode("utf-8", "surrogateescape"), "x")
    clone.put("/".join(["deep"] * 66) + "/a.yml", "x: 1\n")
    clone.write(env__lib__e="x: 1\n", new="x: 1\n")
    tree, changes = read_tree(clone.root), compare(clone.repository, ComparisonRequest(base=base))
    assert [*find_absent(changes, tree, ".")] == []


@pytest.mark.parametrize(
    ("base", "left_out"),
    [("", (LeftOut(Omission.ENVIRONMENT, "env/"),)), ("base", ())],
    ids=["base", "environment"],
)
def test_git_is_only_needed_for_an_environment_and_a_base(
    tmp_path: Path, base: str, left_out: tuple[LeftOut, ...]
) -> None:
    changes = ChangeSet("head", base, judge_all_reason="" if base else "asked for")
    assert keep_read(Repository(tmp_path, {"PATH": "/nowhere"}), changes, ".", left_out) == (changes, ())
