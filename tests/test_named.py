"""`panther-ci test` with names: what is judged, what it needs, and what is said of it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.commands import Done, run_command
from tests.packs import BODY, RULE, write_pack


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path)


def test(folder: Path, *arguments: str) -> Done:
    return run_command(folder, "test", *arguments)


test.__test__ = False  # type: ignore[attr-defined]


def judged(done: Done) -> list[str]:
    return [line for line in done.stdout.splitlines() if line.startswith("Rule.")]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (["Rule.One"], ["Rule.One"]),
        (["rules/one.yml"], ["Rule.One"]),
        (["./rules/two.py"], ["Rule.Two"]),
        (["Rule.Two", "rules/one.py", "Rule.One"], ["Rule.One", "Rule.Two"]),
        (["words"], ["Rule.One", "Rule.Two"]),
        (["data_models/model.yml"], ["Rule.One", "Rule.Two"]),
        (["global_helpers"], ["Rule.One", "Rule.Two"]),
    ],
)
def test_only_what_is_named_is_judged_with_all_that_it_needs(pack: Path, names, found) -> None:
    done = test(pack, *names)
    assert (done.returncode, judged(done)) == (0, found), done.stdout + done.stderr
    assert "broken" not in done.stdout


def test_a_folder_stands_for_the_specs_in_it(pack: Path) -> None:
    done = test(pack, "rules")
    assert (done.returncode, judged(done), "rules/broken.yml" in done.stdout) == (
        1,
        ["Rule.One", "Rule.Two"],
        True,
    )


def test_paths_begin_where_the_user_is_and_ids_are_found_around_it(pack: Path) -> None:
    run_command(pack, "new", "policy", "My.Policy", "--path", "policies")
    subprocess.run(["git", "init", "-q"], cwd=pack, check=True)
    for names in (["one.py"], ["Rule.One"], ["../rules/one.yml"]):
        assert judged(test(pack / "rules", *names)) == ["Rule.One"]
    assert "My.Policy" in test(pack / "rules", "My.Policy").stdout


def test_paths_may_be_whole_or_lead_back_into_the_folder(pack: Path) -> None:
    (pack.parent / "by_link").symlink_to(pack)
    for folder in (str(pack), f"../{pack.name}", f"{pack.parent}/by_link"):
        assert judged(test(pack, f"{folder}/rules/one.py")) == ["Rule.One"]
    assert judged(test(pack / "rules", str(pack / "rules"))) == ["Rule.One", "Rule.Two"]
    assert f"There is no spec `{pack}/none.py`." in test(pack, f"{pack}/none.py").stderr


def test_what_it_needs_is_judged_with_it(pack: Path) -> None:
    (pack / "global_helpers/words.py").write_text("WANTED = (\n")
    done = test(pack, "Rule.One")
    assert (done.returncode, "global_helpers/words.py:1" in done.stdout) == (1, True), done.stdout
    (pack / "global_helpers/words.yml").write_text("AnalysisType: global\nGlobalID: words\nFilename: [\n")
    done = test(pack, "Rule.One")
    assert (done.returncode, "global_helpers/words.yml:" in done.stdout) == (1, True), done.stdout


def test_another_spec_of_its_id_is_reported(pack: Path) -> None:
    (pack / "rules/two.yml").write_text(RULE.format(id="Rule.One", file="two"))
    done = test(pack, "rules/one.yml")
    assert (done.returncode, "[duplicate-id]" in done.stdout, len(judged(done))) == (1, True, 1)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Rule.Onw", "Did you mean `Rule.One`?"),
        ("rule.one", "Did you mean `Rule.One`?"),
        ("rules/three.yml", "Name its id, or the path of its spec or body."),
        ("", "Name its id, or the path of its spec or body."),
        ("rules/lone.py", "It is none itself, and none names it in `Filename`."),
    ],
)
def test_a_name_of_nothing_ends_with_2(pack: Path, name: str, words: str) -> None:
    (pack / "rules/lone.py").write_text("")
    done = test(pack, "Rule.One", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [f"panther-ci: There is no spec `{name}`.", words]


def test_a_file_that_is_named_and_can_not_be_read_says_why(pack: Path) -> None:
    (pack / "rules/link.yml").symlink_to("one.yml")
    done = test(pack, "rules/link.yml")
    assert (done.returncode, done.stderr.startswith("panther-ci: rules/link.yml: ")) == (2, True)
    assert "link" in done.stderr.removeprefix("panther-ci: rules/link.yml: ")


def test_only_cases_of_the_names_that_are_asked_for_run(pack: Path) -> None:
    (pack / "rules/two.yml").write_text(RULE.format(id="Rule.Two", file="two").replace("is quiet", "x"))
    done = test(pack, "Rule.One", "Rule.Two", "--test-names", "is quiet")
    assert done.returncode == 0, done.stdout
    assert "Rule.One\n\t[PASS] is quiet\n\nRule.Two\n\t[SKIP] it has no case of a name" in done.stdout
    assert "Accepted: 1 case of 1 detection passed." in done.stdout
    more = test(pack, "Rule.One", "--test-names", "is quiet", "alerts")
    assert "Accepted: 2 cases" in more.stdout


def test_a_case_that_is_left_out_decides_nothing_and_one_that_runs_does(pack: Path) -> None:
    (pack / "global_helpers/words.py").write_text("WANTED = 'd'\n")
    assert test(pack, "Rule.One", "--test-names", "is quiet").returncode == 0
    assert test(pack, "Rule.One", "--test-names", "alerts").returncode == 1


def test_a_name_of_no_case_ends_with_2(pack: Path) -> None:
    done = test(pack, "Rule.One", "--test-names", "alerts", "Is Quiet")
    assert (done.returncode, done.stderr.splitlines()) == (
        2,
        ["panther-ci: No case has the name `Is Quiet`.", "Did you mean `is quiet`?"],
    )


@pytest.mark.parametrize("command", ["check", "zip", "upload", "deploy", "plan"])
@pytest.mark.parametrize("flags", [["--test-names", "alerts"], ["Rule.One"]])
def test_what_judges_for_others_takes_no_names(pack: Path, command: str, flags: list[str]) -> None:
    done = run_command(pack, command, *flags)
    assert (done.returncode, "unrecognized arguments" in done.stderr) == (2, True)


def test_what_bodies_print_is_shown_where_a_case_went_wrong_or_for_all_if_asked_for(pack: Path) -> None:
    (pack / "rules/one.py").write_text("print('loaded')\n" + BODY)
    assert "| seen" not in test(pack, "Rule.One").stdout
    done = test(pack, "Rule.One", "--show-output")
    shown = "\t\tprinted:\n\t\t| loaded\n\t\t| seen b\n\t[PASS] is quiet\n\t\tprinted:\n\t\t| seen c\n"
    assert shown in done.stdout
    (pack / "global_helpers/words.py").write_text("WANTED = 'd'\n")
    done = test(pack, "Rule.One")
    assert "\t\t| seen b\n" in done.stdout and "\t\t| seen c\n" not in done.stdout


def test_what_bodies_print_stays_harmless_and_bounded(pack: Path) -> None:
    (pack / "rules/one.py").write_text(
        "def rule(event):\n    print('\\x1b[2J::error::x\\n::error::y' + 'z' * 10**6)\n"
        "    return event['a'] == 'b'\n"
    )
    done = test(pack, "Rule.One", "--show-output")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout and "\n::error" not in done.stdout
    assert len(done.stdout) < 50_000


def test_a_case_that_went_wrong_says_where_it_is_and_how_to_step_through_it(pack: Path) -> None:
    (pack / "global_helpers/words.py").write_text("WANTED = 'c'\n")
    for variables in ({}, {"CI": "true"}):
        environ = {name: value for name, value in os.environ.items() if name != "CI"} | variables
        told = run_command(pack, "test", "Rule.One", environ=environ).stdout
        for line in (
            "\t\tread p_log_type = 'Custom.Log'\n\t\treturned at rules/one.py:6\n"
            "\t\tcase at rules/one.yml:8:12\n",
            "\nStep through it: panther-ci debug Rule.One alerts\nRejected: 2 cases failed.\n",
        ):
            assert (line in told) is (not variables), told
        assert ("What is wrong:" in told) is bool(variables)
