"""What we start ends with us, even when we are killed, and nothing of it is left."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from panther_ci.errors import RepositoryError
from panther_ci.repository.children import run_child
from panther_ci.repository.git import Repository
from tests.family import LONGEST_SECONDS

PATH = {"PATH": "/usr/bin:/bin"}


@contextmanager
def start(clone: Any, path: str, *command: str) -> Iterator["subprocess.Popen[bytes]"]:
    """The command line in a clone, until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-m", "panther_ci.cli", *command],
        cwd=clone.root,
        env={**os.environ, "PATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def hang(folder: Path) -> tuple[str, Path]:
    """A PATH whose `git` and its own child never end, and a file that both hold open to write into."""
    held = folder / "held"
    os.mkfifo(held)
    program = folder / "git"
    program.write_text(f"#!/bin/sh\nexec 3> {held}\nsleep 1000 &\necho started >&3\nexec sleep 1000\n")
    program.chmod(0o755)
    return f"{folder}:{PATH['PATH']}", held


def is_closed(reader: BinaryIO) -> bool:
    """Whether no process is left that holds the other end."""
    ready, _, _ = select.select([reader], [], [], LONGEST_SECONDS)
    return bool(ready) and reader.read() == b""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_git_and_its_children_end_with_us(clone: Any, tmp_path: Path, number: signal.Signals) -> None:
    path, held = hang(tmp_path)
    with start(clone, path, "check") as process, held.open("rb") as reader:
        assert reader.readline() == b"started\n"
        process.send_signal(number)
        assert is_closed(reader)


def test_a_fetch_ends_with_us_though_its_server_never_answers(clone: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LONGEST_SECONDS)
        clone.git("remote", "add", "origin", f"http://127.0.0.1:{server.getsockname()[1]}/x.git")
        with start(clone, PATH["PATH"], "check", "--base-ref", "elsewhere") as process:
            connection, _ = server.accept()
            connection.settimeout(LONGEST_SECONDS)
            while not connection.recv(4096).endswith(b"\r\n\r\n"):
                pass
            process.kill()
            assert connection.recv(1) == b""  # the other end was closed, so its process is gone
            connection.close()


def test_what_a_program_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    held = tmp_path / "held"
    os.mkfifo(held)
    with os.fdopen(os.open(held, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        os.set_blocking(reader.fileno(), True)
        leaving = f"sleep 1000 3> {held} >/dev/null 2>&1 &"
        assert run_child(["sh", "-c", leaving], tmp_path, PATH, b"", LONGEST_SECONDS).code == 0
        assert is_closed(reader)


def test_input_output_and_exit_code_are_those_of_the_program(tmp_path: Path) -> None:
    answer = run_child(["sh", "-c", "cat; echo no >&2; exit 3"], tmp_path, PATH, b"yes", LONGEST_SECONDS)
    assert answer == (3, b"yes", "no\n")


def test_words_of_a_command_are_not_read_by_a_shell(tmp_path: Path) -> None:
    words = ["$(touch x)", "`touch x`", "a b", "'", '"', "", "*"]
    answer = run_child(["printf", r"%s\n", *words], tmp_path, PATH, b"", LONGEST_SECONDS)
    assert answer.text.splitlines() == words
    assert not (tmp_path / "x").exists()


def test_a_program_that_can_not_be_run_is_told(clone: Any, tmp_path: Path) -> None:
    (tmp_path / "git").write_text("x")
    with pytest.raises(RepositoryError, match=r"git can.t be run in .*: Permission denied"):
        Repository(clone.root, {"PATH": str(tmp_path)}).is_ancestor("HEAD", "HEAD")


def test_no_path_at_all_finds_no_git_of_the_checkout(clone: Any) -> None:
    (clone.root / "git").write_text("#!/bin/sh\ntouch trace\n")
    (clone.root / "git").chmod(0o755)
    assert Repository(clone.root, {"PATH": "."}).resolve("HEAD")
    assert not (clone.root / "trace").exists()


@pytest.mark.parametrize(
    ("name", "error"),
    [("missing", FileNotFoundError), ("plain", PermissionError), ("/no", FileNotFoundError)],
)
def test_a_program_that_can_not_be_started_raises_what_python_would(
    tmp_path: Path, name: str, error: type[OSError]
) -> None:
    (tmp_path / "plain").write_text("x")
    with pytest.raises(error) as caught:
        run_child([name, "x"], tmp_path, {"PATH": str(tmp_path)}, b"", LONGEST_SECONDS)
    assert caught.value.filename == name


def test_bytes_that_are_no_text_are_kept_in_names_and_shown_in_errors(tmp_path: Path) -> None:
    script = r"printf '\377'; printf '\377' >&2"
    answer = run_child(["sh", "-c", script], tmp_path, PATH, b"", LONGEST_SECONDS)
    assert (answer.text, answer.errors) == ("\udcff", "\\xff")


def test_what_takes_too_long_is_killed_with_its_children(tmp_path: Path) -> None:
    path, held = hang(tmp_path)
    with os.fdopen(os.open(held, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        os.set_blocking(reader.fileno(), True)
        with pytest.raises(subprocess.TimeoutExpired):
            run_child(["git"], tmp_path, {"PATH": path}, b"", 0.2)
        assert reader.read() in (b"", b"started\n")


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    def run() -> int:
        run_child(["true"], tmp_path, PATH, b"", LONGEST_SECONDS)
        return len([*Path("/dev/fd").iterdir()])

    assert run() == run()


def test_a_program_has_no_terminal_and_its_own_folder_and_variables(tmp_path: Path) -> None:
    script = "pwd; env | grep -c MINE; (exec 3</dev/tty) 2>/dev/null && echo terminal"
    answer = run_child(["sh", "-c", script], tmp_path, {**PATH, "MINE": "1"}, b"", LONGEST_SECONDS)
    assert answer.text.split() == [str(tmp_path.resolve()), "1"]
    session = run_child(["ps", "-o", "sid=", "-p", str(os.getpid())], tmp_path, PATH, b"", LONGEST_SECONDS)
    inside = run_child(["sh", "-c", "ps -o sid= -p $$"], tmp_path, PATH, b"", LONGEST_SECONDS)
    assert (session.code, inside.code) == (0, 0) and session.text != inside.text
