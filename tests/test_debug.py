"""`panther-ci debug`: one case in the terminal."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packs import BODY, write_pack

Done = subprocess.CompletedProcess[str]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path)


def debug(folder: Path, *arguments: str, typed: str = "", **variables: str) -> Done:
    environ = {name: value for name, value in os.environ.items() if name != "CI"} | variables
    command = [sys.executable, "-m", "panther_ci.cli", "debug", *arguments]
    return subprocess.run(command, cwd=folder, input=typed, env=environ, capture_output=True, text=True)


def change(pack: Path, old: str, new: str) -> None:
    assert old in BODY
    (pack / "rules/one.py").write_text(BODY.replace(old, new))


def test_a_case_runs_with_its_globals_and_data_models_and_says_that_nothing_confines_it(pack: Path) -> None:
    done = debug(pack, "Rule.One", "alerts")
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines[0].startswith("This case runs unconfined: ")
    assert lines[1:4] == ["Rule.One: alerts", "seen b", "[PASS] alerts"]
    assert "\ttitle: Rule.One" in lines


def test_the_exit_code_says_whether_the_case_gives_what_it_expects(pack: Path) -> None:
    (pack / "global_helpers/words.py").write_text("WANTED = 'c'\n")
    done = debug(pack, "rules/one.py", "alerts")
    assert (done.returncode, "[FAIL] alerts\n\texpected an alert" in done.stdout) == (
        1,
        True,
    )


def test_a_debugger_stops_at_a_breakpoint_and_reads_what_is_typed(pack: Path) -> None:
    change(pack, "    print(", "    breakpoint()\n    print(")
    done = debug(pack, "Rule.One", "alerts", typed="p words.WANTED\nlist\ncontinue\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "(Pdb) 'b'" in done.stdout
    assert "->\t    print('seen', event.get('a'))" in done.stdout


def test_who_leaves_the_debugger_ends_the_case(pack: Path) -> None:
    change(pack, "    print(", "    breakpoint()\n    print(")
    done = debug(pack, "Rule.One", "alerts", typed="quit\n")
    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (
        1,
        "(Pdb) Stopped in the debugger.",
        "",
    )


def test_the_debugger_of_choice_is_used(pack: Path) -> None:
    change(pack, "    print(", "    breakpoint()\n    print(")
    done = debug(pack, "Rule.One", "alerts", PYTHONBREAKPOINT="builtins.print")
    assert (done.returncode, done.stdout.splitlines()[2:4]) == (0, ["", "seen b"])


@pytest.mark.parametrize("where", ["{}\n\n\ndef rule(event):", "def rule(event):\n    {}"])
def test_an_exception_is_shown_whole_with_the_lines_of_the_repository(pack: Path, where: str) -> None:
    change(pack, "def rule(event):", where.format("raise ValueError('x' * 3000) from KeyError('why')"))
    done = debug(pack, "Rule.One", "alerts")
    assert done.returncode == 1
    first, _, rest = done.stderr.partition("\n")
    assert first == "KeyError: 'why'"
    assert 'File "rules/one.py", line ' in rest and "    raise ValueError('x' * 3000)" in rest
    assert "x" * 3000 in rest
    assert "[ERROR] alerts" in done.stdout


def test_a_body_that_ends_its_process_is_an_error_and_not_a_pass(pack: Path) -> None:
    change(pack, "    print(", "    import os\n    os._exit(0)\n    print(")
    done = debug(pack, "Rule.One", "alerts")
    assert (done.returncode, "[ERROR] alerts" in done.stdout) == (1, True)


def test_nothing_confines_it_but_the_interpreter_is_that_of_a_confined_run(pack: Path) -> None:
    change(
        pack,
        "    print(",
        "    import os, sys\n    print(os.environ['MINE'], os.environ['TZ'], open(__file__).read(6),"
        " 'panther_ci.cli' in sys.modules)\n    print(",
    )
    done = debug(pack, "Rule.One", "alerts", MINE="seen", TZ="Asia/Tokyo", PYTHONPATH="/nowhere")
    assert (done.returncode, done.stdout.splitlines()[2]) == (0, "seen UTC import False"), done.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Rule.On", "alerts"), ["There is no detection `Rule.On`.", "Did you mean `Rule.One`?"]),
        (("Rule.One",), ["`Rule.One` has 2 cases. Name one of them:", "  1  alerts", "  2  is quiet"]),
        (("Rule.One", "3"), ["`3` names no single case of `Rule.One`:", "  1  alerts", "  2  is quiet"]),
        (("rules", "alerts"), ["`rules` names 3 detections.", "rules/broken.yml", "rules/one.yml"]),
        (("words",), ["There is no detection `words`."]),
    ],
)
def test_what_is_not_named_well_ends_with_2(pack: Path, arguments: tuple[str, ...], told: list[str]) -> None:
    done = debug(pack, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.removeprefix("panther-ci: ").splitlines()[: len(told)] == told


@pytest.mark.parametrize("word", ["2", "is quiet", "QUIET"])
def test_a_case_is_found_by_its_number_or_a_part_of_its_name(pack: Path, word: str) -> None:
    done = debug(pack, "Rule.One", word)
    assert (done.returncode, "[PASS] is quiet" in done.stdout) == (0, True)


def test_it_does_not_run_in_ci(pack: Path) -> None:
    done = debug(pack, "Rule.One", "alerts", CI="true")
    assert (done.returncode, done.stdout) == (2, "")
    assert "does not run in CI" in done.stderr


def test_what_can_not_run_says_where_to_look(pack: Path) -> None:
    (pack / "rules/one.py").write_text("def rule(:\n")
    done = debug(pack, "Rule.One", "alerts")
    assert (done.returncode, "`panther-ci test Rule.One` says why." in done.stderr) == (2, True)


def test_a_breakpoint_in_a_confined_run_is_an_error_that_says_where_it_works(pack: Path) -> None:
    from tests.commands import run_command

    change(pack, "    print(", "    breakpoint()\n    print(")
    done = run_command(pack, "test", "Rule.One")
    assert (done.returncode, "`panther-ci debug`" in done.stdout) == (1, True)
