"""What of a run is decided before anything is judged, and which report files are written."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from panther_ci.errors import InputError
from panther_ci.inputs import Environment, Inputs
from panther_ci.model import Change, ChangeKind, ChangeSet, ComparisonRequest, Effect, EffectKind, Report
from panther_ci.naming import Named
from panther_ci.pipeline import Judged
from panther_ci.repository.git import Repository
from panther_ci.repository.place import Place
from panther_ci.run import (
    RunRequest,
    check_settings,
    compare_with_manifest,
    find_builder,
    find_changes,
    find_requirements,
    include_requirements,
    include_settings,
    is_blind,
    print_spent,
    read_checkout,
    read_named,
    run_settings,
    write_reports,
)
from panther_ci.running.settings import RunSettings
from panther_ci.specs.checks import CheckSettings


def ask(root: Path, comparison: ComparisonRequest | None = None, **inputs: Any) -> RunRequest:
    return RunRequest(Inputs(**inputs), root, Place(root, "."), comparison or ComparisonRequest())


def change(*paths: str) -> ChangeSet:
    return ChangeSet("head", "base", tuple(Change(path, ChangeKind.MODIFIED) for path in paths))


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("r/more.txt", "r/more.txt changed, which any body may depend on"),
        ("./r//more.txt", "r/more.txt changed, which any body may depend on"),
        ("other.txt", ""),
        ("", ""),
    ],
)
def test_changed_requirements_judge_everything(path: str, reason: str) -> None:
    found = include_requirements(Inputs(requirements=path), change("r/more.txt", "a.yml"))
    assert found.judge_all_reason == reason
    assert found.changes == change("r/more.txt", "a.yml").changes


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (("own.yml",), "own.yml changed, which decides how detections are judged"),
        (("pat.yml", "own.yml"), "own.yml changed, which decides how detections are judged"),
        (("pat.yml",), ""),
        ((), ""),
    ],
)
def test_changed_settings_judge_everything(files: tuple[str, ...], reason: str) -> None:
    assert include_settings(files, change("own.yml", "a.yml")).judge_all_reason == reason


def test_requirements_are_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.txt").write_text("-e .\n")
    place = Place(tmp_path, "rules")
    assert read_named(Inputs(), place) == {}
    named = read_named(Inputs(requirements="./r.txt"), place)
    assert named == {"r.txt": b"-e .\n"}
    assert find_requirements(named).findings[0].location.path == "r.txt"
    assert find_requirements({}).findings == ()
    with pytest.raises(InputError):
        read_named(Inputs(requirements="missing.txt"), place)


def test_checks_are_as_strict_as_the_inputs_say() -> None:
    strict = {"minimum_tests": 2, "deploy_status": "all", "strict_references": True, "strict_skips": True}
    tables = {"valid_table_names": "a.b, c.*", "table_names": "on", "packs": "strict"}
    found = check_settings(Inputs(**strict, **tables), "")
    assert found == CheckSettings(2, found.modules, True, True, True, tables=("a.b", "c.*"), packs="strict")
    assert check_settings(Inputs(), "") == CheckSettings(0, found.modules)
    assert check_settings(Inputs(table_names="off", valid_table_names="a.b"), "").tables is None


def test_bodies_may_import_the_packages_that_were_installed(tmp_path: Path) -> None:
    (tmp_path / "shiny").mkdir()
    (tmp_path / "shiny/__init__.py").write_text("")
    before, after = (check_settings(Inputs(), packages).modules for packages in ("", str(tmp_path)))
    assert after - before == {"shiny"}


def test_bodies_are_run_as_the_inputs_and_the_environment_say() -> None:
    inputs = Inputs(timeout_seconds=3.0, sandbox="reduced")
    environ = {"CI": "true", "MY_TOKEN": "x"}
    found = run_settings(inputs, Environment(environ), "/packages", True)
    assert found == RunSettings(3.0, "reduced", "/packages", True, True, True)
    found = run_settings(Inputs(), Environment({}), "", False)
    assert found == RunSettings(Inputs().timeout_seconds, Inputs().sandbox)


def test_packages_are_only_built_where_that_is_allowed() -> None:
    assert find_builder(Inputs(), Environment({})) is None
    assert find_builder(Inputs(requirements_build=True), Environment({})) is not None


def test_what_is_not_said_is_not_asked_for(tmp_path: Path) -> None:
    assert ask(tmp_path)[4:] == (False, None, False, None, False, Named(), (), ())


def test_git_is_not_asked_where_only_what_is_named_is_judged(tmp_path: Path) -> None:
    repository = Repository(tmp_path, {"PATH": "/nowhere"})
    all_of_it = ComparisonRequest(judge_all_reason="asked for")
    request = ask(tmp_path, all_of_it)._replace(named=Named(("A",)))
    assert find_changes(repository, request) == ChangeSet(judge_all_reason="asked for")


@pytest.mark.parametrize(("staged", "text"), [(False, "later"), (True, "staged")])
def test_what_is_read_is_the_work_tree_or_what_is_staged(git_root: Path, staged: bool, text: str) -> None:
    request = ask(git_root, ComparisonRequest(staged=staged))._replace(place=Place(git_root, "rules"))
    repository = Repository(git_root, {"PATH": "/usr/bin:/bin"})
    tree = read_checkout(repository, request, ChangeSet("head", "base"))
    assert tree.files == {"rules/a.yml": text.encode(), "globals/g.yml": b"g: 1\n"}


@pytest.mark.parametrize(("reason", "level"), [("", "error"), ("asked for", "notice")])
def test_submodules_that_are_missing_are_told(git_root: Path, reason: str, level: str) -> None:
    request = ask(git_root, ComparisonRequest(judge_all_reason=reason))
    repository = Repository(git_root, {"PATH": "/usr/bin:/bin"})
    unknown = ChangeSet("head", judge_all_reason=reason or "a new branch")
    (finding,) = read_checkout(repository, request, unknown).findings
    assert (finding.check, finding.level) == ("submodule-missing", level)


@pytest.mark.parametrize(
    ("report", "staged", "blind"),
    [
        (Report((), ()), False, True),
        (Report((), ()), True, False),
        (Report((), (), total=1), False, False),
        (Report((), (), effects=(Effect(EffectKind.REMOVED, "rule", "A", "a.yml", "", ""),)), False, False),
    ],
)
def test_a_run_without_any_spec_is_blind(tmp_path: Path, report: Report, staged: bool, blind: bool) -> None:
    assert is_blind(ask(tmp_path, ComparisonRequest(staged=staged)), report) is blind


def test_only_a_change_is_compared_with_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text("no manifest")
    judged = Judged(Report((), ()), ())
    for report, path in ((Report((), ()), ""), (Report((), (), judge_all_reason="all"), "m.json")):
        assert compare_with_manifest(ask(tmp_path, manifest=path), judged, report) == report
    missing = compare_with_manifest(ask(tmp_path, manifest="none.json"), judged, Report((), ()))
    assert missing.merging is None
    with pytest.raises(InputError):
        compare_with_manifest(ask(tmp_path, manifest="m.json"), judged, Report((), ()))


def test_each_report_file_is_written_even_if_another_can_not_be(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    asked = ask(tmp_path, junit_path="a/j.xml", html_path="h.html")
    assert write_reports(asked, Report((), ())) == {"junit": "a/j.xml", "html": "h.html"}
    assert (tmp_path / "a/j.xml").read_bytes().startswith(b"<?xml")
    asked = ask(tmp_path, junit_path="folder", sarif_path="s.sarif", html_path="folder")
    with pytest.raises(InputError, match="folder can't be written"):
        write_reports(asked, Report((), ()))
    assert json.loads((tmp_path / "s.sarif").read_text())["runs"]
    assert write_reports(ask(tmp_path, junit_path=""), Report((), ())) == {}


def test_what_phases_took_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_spent({("b", "run"): 2.0, ("a", "load"): 1.5})
    assert json.loads(capsys.readouterr().err) == {"spent": [["a", "load", 1.5], ["b", "run", 2.0]]}


@pytest.fixture
def git_root(tmp_path: Path) -> Path:
    """A repository with a staged spec, another text of it since, a global, and an empty submodule."""

    def git(*command: str) -> None:
        subprocess.run(["git", *command], cwd=tmp_path, check=True, capture_output=True)

    git("init", "--quiet")
    for path, text in (("rules/a.yml", "staged"), ("globals/g.yml", "g: 1\n"), ("docs/d.yml", "d: 1\n")):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_text(text)
    git("add", "--all")
    git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},shared")
    (tmp_path / ".gitmodules").write_text("")
    (tmp_path / "rules/a.yml").write_text("later")
    return tmp_path
