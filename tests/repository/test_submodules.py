"""A submodule that is not checked out is told, and is an error where the change touches it."""

from dataclasses import replace
from typing import Any

import pytest

from panther_ci.errors import RepositoryError
from panther_ci.model import Change, ChangeKind, ChangeSet, ComparisonRequest, Level
from panther_ci.repository.comparison import compare
from panther_ci.repository.git import Repository
from panther_ci.repository.submodules import find_missing

EVERYTHING = ChangeSet(judge_all_reason="asked for")
MODULES = '[submodule "shared"]\n\tpath = rules/shared\n\turl = ../shared\n'


def add_submodule(clone: Any, commit: str, path: str = "rules/shared") -> None:
    (clone.root / path).mkdir(parents=True, exist_ok=True)
    clone.put(".gitmodules", MODULES)
    clone.git("add", ".gitmodules")
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{commit * 40},{path}")
    clone.git("commit", "--quiet", "--message", "submodule")


def told(clone: Any, changes: ChangeSet, asked_for_all: bool = False) -> list[tuple[str, str, Level]]:
    found = find_missing(clone.repository, changes, asked_for_all)
    return [(each.check, each.location.path, each.level) for each in found]


def test_it_is_an_error_for_a_change_that_moves_it(clone: Any) -> None:
    add_submodule(clone, "1")
    add_submodule(clone, "2")
    changes = compare(clone.repository, ComparisonRequest(base="HEAD~1"))
    assert told(clone, changes) == [("submodule-missing", "rules/shared", Level.ERROR)]


def test_it_is_an_error_without_its_settings_too(clone: Any) -> None:
    add_submodule(clone, "1")
    (clone.root / ".gitmodules").unlink()
    changed = (Change(path, ChangeKind.MODIFIED) for path in ("a.yml", "rules/shared"))
    changes = ChangeSet("head", "base", tuple(changed))
    assert told(clone, changes) == [("submodule-missing", "rules/shared", Level.ERROR)]


def test_it_is_a_notice_for_other_changes_and_for_a_run_on_everything(clone: Any) -> None:
    add_submodule(clone, "1")
    notice = [("submodule-missing", "rules/shared", Level.NOTICE)]
    changes = ChangeSet("head", "base", (Change("a.yml", ChangeKind.MODIFIED),))
    assert (told(clone, changes), told(clone, EVERYTHING, True)) == (notice, notice)
    assert told(clone, replace(changes, judge_all_reason="the requirements changed")) == notice


def test_a_name_that_is_not_utf_8_is_told_as_a_report_can_show_it(clone: Any) -> None:
    add_submodule(clone, "1", "rules/\udcff")
    assert [path for _, path, _ in told(clone, EVERYTHING, True)] == ["rules/\\xff"]


def test_it_is_an_error_where_the_change_is_not_known(clone: Any) -> None:
    add_submodule(clone, "1")
    unknown = ChangeSet("head", judge_all_reason="the branch is new")
    assert told(clone, unknown) == [("submodule-missing", "rules/shared", Level.ERROR)]


def test_a_link_in_its_place_is_no_checkout(clone: Any) -> None:
    add_submodule(clone, "1")
    (clone.root / "rules/shared").rmdir()
    (clone.root / "rules/shared").symlink_to("/etc")
    assert [path for _, path, _ in told(clone, EVERYTHING, True)] == ["rules/shared"]


def test_nothing_is_told_of_one_that_is_checked_out(clone: Any) -> None:
    add_submodule(clone, "1")
    clone.put("rules/shared/a.yml", "a: 1\n")
    assert told(clone, EVERYTHING, True) == []


def test_a_path_that_this_machine_can_not_have_is_no_folder(clone: Any) -> None:
    changes = ChangeSet("head", "base", (Change("x" * 300, ChangeKind.DELETED),))
    assert find_missing(Repository(clone.root, {"PATH": "/nowhere"}), changes, False) == ()


def test_a_run_on_everything_needs_no_git(clone: Any) -> None:
    add_submodule(clone, "1")
    broken = Repository(clone.root, {"PATH": "/nowhere"})
    assert find_missing(broken, EVERYTHING, True) == ()
    with pytest.raises(RepositoryError):
        find_missing(broken, EVERYTHING, False)


def test_a_folder_that_is_gone_is_no_checkout(clone: Any) -> None:
    add_submodule(clone, "1")
    (clone.root / "rules/shared").rmdir()
    assert [path for _, path, _ in told(clone, EVERYTHING, True)] == ["rules/shared"]


def test_only_the_root_of_a_repository_has_submodules(clone: Any) -> None:
    add_submodule(clone, "1")
    clone.put("rules/.gitmodules", MODULES)
    inner = Repository(clone.root / "rules", clone.repository.environ)
    assert find_missing(inner, EVERYTHING, True) == ()
