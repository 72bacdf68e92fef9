"""A flag wins over a variable, that over the settings of the repository, those over those of other tools."""

import os
from pathlib import Path

import pytest

from demo.fork import Fork, copy_detections
from tests.commands import Done, run_command

RULE = "rules/aws_cloudtrail_root_activity.py"


def run(folder: Path, *arguments: str, **variables: str) -> Done:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    return run_command(folder, *arguments, environ=kept | variables)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Detections in a plain folder, outside of git."""
    copy_detections(tmp_path / "pack")
    return tmp_path / "pack"


def show(folder: Path, name: str, **variables: str) -> list[str]:
    """The value and the origin of an input, as `panther-ci settings` shows them."""
    done = run(folder, "settings", **variables)
    (line,) = (line for line in done.stdout.splitlines() if line.startswith(f"{name} "))
    return line.split()[1:]


def test_each_source_wins_over_those_below_it(pack: Path) -> None:
    assert show(pack, "minimum-tests") == ["0", "default"]
    (pack / ".panther_settings.yml").write_text("minimum_tests: 1\n")
    assert show(pack, "minimum-tests") == ["1", ".panther_settings.yml:1"]
    (pack / ".panther-ci.yml").write_text("minimum-tests: 2\n")
    assert show(pack, "minimum-tests") == ["2", ".panther-ci.yml:1"]
    assert show(pack, "minimum-tests", PANTHER_MINIMUM_TESTS="3") == ["3", "PANTHER_MINIMUM_TESTS"]


def test_a_flag_wins_over_all(pack: Path) -> None:
    (pack / ".panther-ci.yml").write_text("minimum-tests: 99\nstrict-references: true\n")
    assert run(pack, "test").returncode == 1
    assert run(pack, "test", "--minimum-tests", "0").returncode == 0
    assert run(pack, "test", PANTHER_MINIMUM_TESTS="0").returncode == 0
    assert run(pack, "test", "--minimum-tests", "99", PANTHER_MINIMUM_TESTS="0").returncode == 1


def test_a_flag_can_say_no_to_what_a_file_switches_on(pack: Path) -> None:
    (pack / ".panther-ci.yml").write_text("skip-disabled-tests: true\n")
    spec = pack / RULE.replace(".py", ".yml")
    spec.write_text(spec.read_text().replace("Enabled: true", "Enabled: false"))
    assert "[SKIP]" in run(pack, "test").stdout
    assert "[SKIP]" not in run(pack, "test", "--no-skip-disabled-tests").stdout


def test_a_run_says_which_settings_count(pack: Path) -> None:
    (pack / ".panther-ci.yml").write_text("exclude: legacy/\nminimum-tests: 1\n")
    done = run(pack, "test", PANTHER_FILTER="Severity!=Info")
    assert done.stderr.splitlines() == [
        "[INFO]: `.panther-ci.yml` sets exclude, minimum-tests.",
        "[INFO]: The environment sets filter (PANTHER_FILTER).",
    ]
    assert "\nwarning: Only what matches the filter of PANTHER_FILTER is judged, packed and" in done.stdout
    assert run(pack, "test", "--quiet").stderr == ""


def test_paths_of_a_file_begin_at_the_root_of_the_repository(tmp_path: Path) -> None:
    fork = Fork.create(tmp_path / "fork")
    (fork.root / ".panther-ci.yml").write_text("path: rules\njunit-path: build/junit.xml\n")
    done = run(fork.root / "globals", "test")
    assert (done.returncode, "AWS.S3.Bucket" in done.stdout) == (0, False), done.stdout + done.stderr
    assert (fork.root / "build/junit.xml").exists()


def test_the_settings_are_those_of_the_repository_that_is_judged(tmp_path: Path) -> None:
    fork = Fork.create(tmp_path / "fork")
    (fork.root / ".panther-ci.yml").write_text("minimum-tests: 99\n")
    (tmp_path / ".panther-ci.yml").write_text("nonsense: 1\n")
    done = run(tmp_path, "test", "--path", "fork/rules")
    assert (done.returncode, "minimum-tests" in done.stdout) == (1, True), done.stdout + done.stderr


def test_only_zip_takes_the_place_of_archives_from_panthers_own_file(pack: Path) -> None:
    (pack / ".panther_settings.yml").write_text("out: build\n")
    for command in ("test", "plan"):
        assert run(pack, command, "--path", ".").returncode in (0, 2)
        assert not (pack / "build").exists()
    assert run(pack, "zip").returncode == 0
    assert (pack / "build/panther-analysis.zip").exists()


def test_panthers_own_file_says_what_is_shown(pack: Path) -> None:
    (pack / ".panther_settings.yml").write_text("show_failures_only: true\naws_profile: p\n")
    done = run(pack, "test")
    assert ("[PASS]" in done.stdout, done.returncode) == (False, 0)
    assert "warning: In `.panther_settings.yml` these keys do nothing here: `aws_profile`." in done.stdout


def test_names_of_cases_come_from_flags_variables_and_panthers_own_file(pack: Path) -> None:
    (pack / ".panther_settings.yml").write_text("test_names: [A call of the root user alerts]\n")
    one = run(pack, "test").stdout
    assert ("[PASS] A call of the root user alerts" in one, one.count("[PASS]")) == (True, 1)
    assert run(pack, "test", PANTHER_TEST_NAMES="None").stdout.count("[PASS]") == 0
    named = run(pack, "test", "--test-names", "CreateSubnet is silent", PANTHER_TEST_NAMES="None").stdout
    assert ("[PASS] CreateSubnet is silent" in named, named.count("[PASS]")) == (True, 1)
    assert run(pack, "plan", "--deployment", "local").stdout.count("[PASS]") > 10


@pytest.mark.parametrize("flags", [(), ("--quiet",)])
def test_a_report_says_that_only_some_cases_run_where_nobody_asked_for_that(pack: Path, flags) -> None:
    spec = pack / RULE.replace(".py", ".yml")
    spec.write_text(spec.read_text().replace("A call of the root user alerts", "Root"))
    (pack / ".panther_settings.yml").write_text("test_names: [CreateSubnet is silent]\n")
    told = "warning: Only the cases that {} are run: "
    assert told.format(".panther_settings.yml:1 names") in run(pack, "test", *flags).stdout
    done = run(pack, "test", *flags, PANTHER_TEST_NAMES="Root")
    assert told.format("PANTHER_TEST_NAMES names") + "Root" in done.stdout
    assert "Only the cases" not in run(pack, "test", *flags, "--test-names", "Root").stdout
    assert "Only the cases" not in run(pack, "zip", *flags).stdout


def test_settings_shows_flags_and_what_is_given(pack: Path) -> None:
    (pack / ".panther_settings.yml").write_text("test_names: [a, b c]\npath: globals\n")
    lines = [line.split() for line in run(pack, "settings", "--path", ".").stdout.splitlines()]
    assert (lines[0], lines[-1]) == (
        ["path", ".", "flag"],
        ["test-names", "a,", "b", "c", ".panther_settings.yml:1"],
    )


@pytest.mark.parametrize("path", ["nope", "rules/a.yml", "../nope"])
def test_settings_of_what_is_no_folder_end_with_2(pack: Path, path: str) -> None:
    done = run(pack, "settings", "--path", path)
    assert (done.returncode, done.stdout, "is not a folder" in done.stderr) == (2, "", True)


def test_a_wrong_setting_ends_with_2_before_anything_is_judged(pack: Path) -> None:
    (pack / ".panther-ci.yml").write_text("exclude: a/\nminumum-tests: 2\n")
    done = run(pack, "test")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "panther-ci: .panther-ci.yml:2: `minumum-tests` is not a key of this file.\n"
        "Did you mean `minimum-tests`?\n"
    )


@pytest.mark.parametrize("name", [".panther-ci.yaml", ".Panther-CI.yml"])
def test_a_name_that_is_not_read_is_told(pack: Path, name: str) -> None:
    (pack / name).write_text("minimum-tests: 2\n")
    done = run(pack, "test")
    assert (done.returncode, f"`{name}` is not read.\nRename it to `.panther-ci.yml`." in done.stderr) == (
        2,
        True,
    )


def make_link(path: Path) -> None:
    (path.parent / "other.txt").write_text("minimum-tests: 0\n")
    path.symlink_to("other.txt")


@pytest.mark.parametrize(
    "make", [make_link, Path.mkdir, os.mkfifo, lambda path: path.write_text("# " + "x" * 70_000)]
)
def test_settings_that_are_no_small_plain_file_are_refused(pack: Path, make) -> None:
    make(pack / ".panther-ci.yml")
    done = run(pack, "test")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("panther-ci: `.panther-ci.yml`")


def test_everything_is_judged_where_settings_that_count_changed(tmp_path: Path) -> None:
    fork = Fork.create(tmp_path / "fork")
    (fork.root / ".panther-ci.yml").write_text("minimum-tests: 1\n")
    done = run(fork.root, "check", "--base-ref", "main")
    assert ".panther-ci.yml changed, which decides how detections are judged" in done.stdout
    assert run(fork.root, "check", "--base-ref", "main", "--minimum-tests", "99").returncode == 1


def test_an_older_commit_is_judged_by_its_own_settings(tmp_path: Path) -> None:
    fork = Fork.create(tmp_path / "fork")
    (fork.root / ".panther-ci.yml").write_text("minimum-tests: 99\n")
    flags = ("plan", "--deployment", "local", "--ref", "main")
    assert run(fork.root, *flags).returncode == 0
    fork.commit("Ask for more")
    (fork.root / ".panther-ci.yml").unlink()
    assert run(fork.root, *flags).returncode == 1


def test_in_ci_the_settings_are_those_of_the_main_branch(tmp_path: Path) -> None:
    fork = Fork.create(tmp_path / "fork")
    (fork.root / ".panther-ci.yml").write_text("minimum-tests: 99\n")
    fork.commit("Ask for more")
    fork.start_branch("change")
    (fork.root / ".panther-ci.yml").unlink()
    fork.commit("Ask for nothing")
    assert run(fork.root, "test").returncode == 0
    done = run(fork.root, "test", CI="true")
    main = fork.git("rev-parse", "main")[:12]
    assert (done.returncode, f"`.panther-ci.yml` of {main} sets minimum-tests" in done.stderr) == (1, True)
    assert "`.panther-ci.yml` is removed here, which takes effect after the merge" in done.stdout


def test_on_github_the_branch_that_a_pull_request_is_for_is_fetched(tmp_path: Path) -> None:
    fork = Fork.create(tmp_path / "fork")
    (fork.root / ".panther-ci.yml").write_text("minimum-tests: 99\n")
    fork.commit("Ask for more")
    fork.git("branch", "--move", "main", "develop")
    fork.git("checkout", "--quiet", "-b", "change")
    (fork.root / ".panther-ci.yml").unlink()
    fork.commit("Ask for nothing")
    clone = tmp_path / "clone"
    fork.git("clone", "--quiet", "--depth=1", "--branch=change", f"file://{fork.root}", str(clone))
    variables = {"CI": "true", "GITHUB_BASE_REF": "develop"}
    assert show(clone, "minimum-tests", **variables) == ["99", ".panther-ci.yml:1"]
    assert run(clone, "test", **variables).returncode == 1


def test_in_ci_settings_whose_base_is_not_known_are_refused(tmp_path: Path) -> None:
    fork = Fork.create(tmp_path / "fork")
    (fork.root / ".panther-ci.yml").write_text("minimum-tests: 0\n")
    fork.commit("Set something")
    fork.git("branch", "--move", "main", "other")
    assert run(fork.root, "test").returncode == 0
    done = run(fork.root, "test", CI="true")
    assert (done.returncode, "`.panther-ci.yml` is not read: in CI" in done.stderr) == (2, True)
    (fork.root / ".panther-ci.yml").unlink()
    done = run(fork.root, "test", CI="true")
    assert (done.returncode, "is not known, so the defaults count" in done.stdout) == (0, True), done.stdout
    assert "is not known" not in run(fork.root, "test").stdout
