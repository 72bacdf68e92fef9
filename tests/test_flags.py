"""The commands and their flags: each has its help, an example that works, and a heading."""

import os
import shlex
import subprocess
import sys
from collections import Counter
from dataclasses import fields
from pathlib import Path

import pytest

from panther_ci.cli import read_all_inputs
from panther_ci.flags import ACTION_ONLY, COMMANDS, GROUPS, build_parser
from panther_ci.inputs import Inputs
from tests.commands import run_command


def test_each_input_that_is_a_flag_has_one_heading() -> None:
    listed = Counter(name for names in GROUPS.values() for name in names)
    assert listed == Counter(item.name for item in fields(Inputs) if item.name not in ACTION_ONLY)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_of_a_command_is_one_of_it(name: str) -> None:
    words = shlex.split(COMMANDS[name].example.partition(" > ")[0])
    assert build_parser(words).parse_args(words).command == name


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_shows_its_example(name: str, tmp_path: Path) -> None:
    done = run_command(tmp_path, name, "--help")
    assert (done.returncode, f"panther-ci {COMMANDS[name].example}" in done.stdout) == (0, True)


def test_help_lists_every_command_under_a_heading(tmp_path: Path) -> None:
    lines = run_command(tmp_path, "--help").stdout.splitlines()
    assert [line.split()[0] for line in lines if line.strip().startswith(tuple(COMMANDS))] == [*COMMANDS]


def test_choices_and_defaults_are_in_the_help(tmp_path: Path) -> None:
    text = " ".join(run_command(tmp_path, "test", "--help").stdout.split())
    assert "--sandbox {strict,reduced,off}" in text
    assert "--minimum-tests X Cases that each detection must have" in text
    assert "true and one false. [0]" in text
    assert "detection, in seconds. [10]" in text


def test_a_command_with_a_default_of_its_own_shows_it_and_settings_do_not_change_it(tmp_path: Path) -> None:
    assert "in seconds. [2]" in " ".join(run_command(tmp_path, "mutate", "--help").stdout.split())
    assert "uploads nothing. [api]" in " ".join(run_command(tmp_path, "drift", "--help").stdout.split())
    assert (
        read_all_inputs(build_parser(["mutate"]).parse_args(["mutate", "X"]), {}).inputs.timeout_seconds == 2
    )


def test_the_package_is_the_program(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "panther_ci", "explain", "duplicate-id"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout.startswith("duplicate-id (error)")) == (0, True)


def complete(script: str, *words: str) -> set[str]:
    """What bash offers for the last of these words."""
    line = " ".join(f"'{word}'" for word in words)
    asked = (
        f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _shtab_panther_ci; "
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", f"{script}\n{asked}"], capture_output=True, text=True)
    return set(done.stdout.split())


def test_bash_completes_commands_flags_and_choices(tmp_path: Path) -> None:
    done = run_command(tmp_path, "--completion", "bash")
    assert (done.returncode, done.stderr) == (0, "")
    assert complete(done.stdout, "panther-ci", "ch") == {"check", "check-connection"}
    assert complete(done.stdout, "panther-ci", "test", "--strict-r") == {"--strict-references"}
    assert complete(done.stdout, "panther-ci", "test", "--sandbox", "re") == {"reduced"}
    assert complete(done.stdout, "panther-ci", "check", "--api") == set()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_scripts_with_all_commands(tmp_path: Path, shell: str) -> None:
    script = run_command(tmp_path, "--completion", shell).stdout
    assert [name for name in COMMANDS if name not in script] == []


def test_an_unknown_shell_ends_with_2(tmp_path: Path) -> None:
    done = run_command(tmp_path, "--completion", "ksh")
    assert (done.returncode, "choose from 'bash', 'zsh', 'fish'" in done.stderr) == (2, True)


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="needs Linux")
@pytest.mark.parametrize("words", ["schema", "explain", "settings", "--completion bash", "new rule A.B"])
def test_output_that_has_no_room_is_told_without_a_traceback(tmp_path: Path, words: str) -> None:
    command = [sys.executable, "-m", "panther_ci", *words.split()]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True)
    told = "panther-ci: Not all can be written: No space left on device.\n"
    assert (done.returncode, done.stderr.partition("\n")[0] + "\n") == (3, told)


def test_a_script_whose_reader_is_gone_is_no_fault(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "panther_ci", "--completion", "bash"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 3)


@pytest.mark.parametrize("words", ["test", "settings", "delete X --yes", "debug A.B", "check --staged"])
def test_a_working_directory_that_is_gone_ends_with_2(tmp_path: Path, words: str) -> None:
    script = 'mkdir gone && cd gone && rmdir "$PWD" && exec "$0" -m panther_ci $1'
    command = ["sh", "-c", script, sys.executable, words]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, text=True)
    told = "The working directory can't be used: No such file or directory."
    assert (done.returncode, done.stderr) == (2, f"panther-ci: {told}\nChange into a folder that exists.\n")
