"""Which settings files are in force, and which files are refused."""

import os
from pathlib import Path
from typing import Any

import pytest

from panther_ci.errors import InputError
from panther_ci.inputs import Environment
from panther_ci.model import ComparisonRequest
from panther_ci.settings.files import SettingsFiles, Source, find_ci_source, find_files

OWN, PAT = ".panther-ci.yml", ".panther_settings.yml"
BEFORE = Source(ComparisonRequest(base="HEAD~1"))
LIMIT = 64 * 1024


def find(folder: Path, source: Source | None = None) -> SettingsFiles:
    return find_files(folder, Environment({"PATH": os.environ["PATH"]}), source or Source())


def test_the_files_of_the_work_tree_are_those_at_the_root(checkout: Any) -> None:
    for name in (OWN, PAT, "rules/.panther-ci.yml"):
        (checkout.root / name).write_text(name)
    found = SettingsFiles(checkout.root, {OWN: OWN.encode(), PAT: PAT.encode()})
    assert find(checkout.root / "rules") == found


def test_outside_of_git_the_files_are_those_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / OWN).write_text("x")
    assert find(tmp_path, Source(commit="HEAD")) == SettingsFiles(tmp_path, {OWN: b"x"})
    assert find(tmp_path / "missing").contents == {}
    assert not find(tmp_path / "missing", BEFORE).is_unknown
    (tmp_path / "loop").symlink_to("loop")
    assert find(tmp_path / "loop") == SettingsFiles(tmp_path / "loop", {})


def test_an_older_commit_has_its_own(checkout: Any) -> None:
    older = checkout.commit(own="old")
    checkout.commit(own="new", pat="new")
    found = find(checkout.root, Source(commit="HEAD~1"))
    assert found == SettingsFiles(checkout.root, {OWN: b"old"}, older)
    assert find(checkout.root, Source(commit="nothing")) == SettingsFiles(checkout.root, {})


def test_a_change_has_those_of_its_base_and_proposes_its_own(checkout: Any) -> None:
    base = checkout.commit(own="old\n", pat="same\n")
    checkout.commit(own="new\n", pat="same\r\n")
    found = find(checkout.root, BEFORE)
    assert found == (checkout.root, {OWN: b"old\n", PAT: b"same\n"}, base, {OWN: b"new\n"}, False)
    (checkout.root / PAT).unlink()
    assert find(checkout.root, BEFORE).proposed == {OWN: b"new\n", PAT: None}


@pytest.mark.parametrize("name", ["own", "pat"])
def test_without_the_base_no_settings_of_the_checkout_count(checkout: Any, name: str) -> None:
    unknown = Source(ComparisonRequest(base="gone", of_origin=True))
    assert find(checkout.root, unknown) == SettingsFiles(checkout.root, {}, is_unknown=True)
    checkout.commit(**{name: "x"})
    with pytest.raises(InputError, match=f"`{OWN if name == 'own' else PAT}` is not read") as caught:
        find(checkout.root, unknown)
    assert "fetch-depth" in caught.value.hint


@pytest.mark.parametrize("name", [".panther-ci.yaml", ".Panther-CI.yml", ".PANTHER-CI.YAML"])
def test_a_file_with_nearly_the_right_name_is_refused(checkout: Any, name: str) -> None:
    checkout.commit(**{name: "x"})
    for source in (Source(), Source(commit="HEAD")):
        with pytest.raises(InputError, match=f"`{name}` is not read") as caught:
            find(checkout.root, source)
        assert caught.value.hint == f"Rename it to `{OWN}`."


@pytest.mark.parametrize(("more", "told"), [(0, ""), (1, "has more than 65536 bytes")])
def test_a_file_may_have_so_many_bytes_on_either_side(checkout: Any, more: int, told: str) -> None:
    checkout.commit(own="x" * (LIMIT + more))
    for source in (Source(), Source(commit="HEAD")):
        if not told:
            assert find(checkout.root, source).contents
            continue
        with pytest.raises(InputError, match=told):
            find(checkout.root, source)


def test_only_a_plain_file_counts_on_either_side(checkout: Any) -> None:
    (checkout.root / OWN).symlink_to("rules/a.yml")
    commit = checkout.commit()
    with pytest.raises(InputError):
        find(checkout.root)
    with pytest.raises(InputError, match=f"`{OWN}` of {commit[:12]} is no plain file") as caught:
        find(checkout.root, Source(commit="HEAD"))
    assert caught.value.hint == "Replace it by a plain file."


@pytest.mark.parametrize(("branch", "base"), [("main", "origin/main"), ("", "")])
def test_in_ci_settings_are_those_of_the_branch_that_the_run_is_for(branch: str, base: str) -> None:
    environ = {"GITHUB_BASE_REF": branch} if branch else {}
    assert find_ci_source(Environment(environ)) == (ComparisonRequest(base=base, of_origin=True), "")
