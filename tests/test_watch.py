"""`panther-ci test --watch`: what a saved file touches is judged again, by a process that goes on."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.packs import RULE, write_pack

# More than any step takes on a busy machine.
LONGEST_SECONDS = 120


class Watched:
    """A watching process, and what it has printed so far."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        environ = {name: value for name, value in os.environ.items() if name != "CI"}
        command = [sys.executable, "-m", "panther_ci.cli", "test", "--watch", *arguments]
        self.process = subprocess.Popen(
            command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self._thread.join()

    def until(self, *words: str) -> str:
        """What it prints up to the line that begins with one of these."""
        told = ""
        while not told.rpartition("\n")[2].startswith(words):
            told = f"{told}\n{self._lines.get(timeout=LONGEST_SECONDS)}".rstrip("\n")
        return told

    def judged(self) -> str:
        """What it prints of the next change."""
        return self.until("Accepted", "Rejected", "There is no")

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(LONGEST_SECONDS)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(tmp_path)


@contextmanager
def started(folder: Path, *arguments: str) -> Iterator[Watched]:
    watched = Watched(folder, *arguments)
    try:
        yield watched
    finally:
        watched.close()


@contextmanager
def watching(folder: Path, *arguments: str) -> Iterator[Watched]:
    with started(folder, *arguments) as watched:
        watched.until("Watching ")
        yield watched


def test_what_is_named_is_judged_at_once_and_again_when_its_body_is_saved(pack: Path) -> None:
    with watching(pack, "Rule.One") as watched:
        body = pack / "rules/one.py"
        body.write_text(body.read_text().replace("==", "!="))
        told = watched.judged()
        assert ": rules/one.py changed\n" in told
        assert "[FAIL] alerts" in told and "Rejected: 2 cases failed." in told
        body.write_text(body.read_text().replace("!=", "=="))
        assert "Accepted: 2 cases of 1 detection passed." in watched.judged()
        assert watched.end() == 0


def test_a_saved_global_or_data_model_runs_those_of_the_named_ones_that_depend_on_it(pack: Path) -> None:
    with watching(pack, "Rule.One") as watched:
        for path in ("global_helpers/words.py", "data_models/model.yml"):
            (pack / path).write_text((pack / path).read_text() + "# changed\n")
            told = watched.judged()
            assert f": {path} changed\n" in told
            assert "Rule.One\n\t[PASS] alerts" in told and "Rule.Two" not in told


def test_without_names_whatever_a_change_touches_is_judged(pack: Path) -> None:
    with watching(pack) as watched:
        (pack / "rules/two.py").write_text("def rule(event):\n    return False\n")
        told = watched.judged()
        assert "Rule.Two\n\t[FAIL] alerts" in told and "Rule.One" not in told
        (pack / "global_helpers/words.py").write_text("WANTED = 'b' * 1\n")
        told = watched.judged()
        assert "Rule.One\n\t[PASS] alerts" in told and "Rule.Two" not in told


def test_what_nothing_named_depends_on_is_told_and_changes_no_exit_code(pack: Path) -> None:
    (pack / "global_helpers/words.py").write_text("WANTED = 'x'\n")
    with watching(pack, "Rule.One") as watched:
        (pack / "rules/two.py").write_text("def rule(event):\n    return True\n")
        assert "nothing was selected" in watched.judged()
        assert watched.end() == 1


def test_what_does_not_parse_while_one_types_is_reported_and_ends_nothing(pack: Path) -> None:
    spec = pack / "rules/one.yml"
    whole = spec.read_text()
    with watching(pack, "Rule.One") as watched:
        spec.write_text(whole.replace("[Custom.Log]", "[Custom.Log"))
        assert "[yaml-syntax]" in watched.judged()
        spec.write_text("Rule")
        assert "There is no spec `Rule.One`." in watched.judged()
        spec.write_text(whole)
        assert "Rule.One\n\t[PASS] alerts" in watched.judged()


def test_new_files_new_folders_and_deletions_are_noticed(pack: Path) -> None:
    with watching(pack) as watched:
        folder = pack / "rules/more"
        folder.mkdir()
        (folder / "three.py").write_text("def rule(event):\n    return event['a'] == 'b'\n")
        (folder / "three.yml").write_text(RULE.format(id="Rule.Three", file="three"))
        told = watched.judged()
        while "Rule.Three\n\t[PASS]" not in told:  # the body alone may have been seen first
            told = watched.judged()
        (pack / "global_helpers/words.yml").unlink()
        (pack / "global_helpers/words.py").unlink()
        told = watched.judged()
        while "global_helpers/words.py was deleted" not in told:
            told = watched.judged()
        assert "Rule.One\n\t[ERROR] alerts" in told


def test_a_file_that_is_saved_as_it_was_is_judged_again(pack: Path) -> None:
    with watching(pack, "Rule.One", "Rule.Two", "--show-output") as watched:
        spec = pack / "rules/one.yml"
        spec.write_text(spec.read_text())
        told = watched.judged()
        assert ": rules/one.yml changed\n" in told
        assert "Rule.One\n\t[PASS] alerts\n\t\tprinted:\n\t\t| seen b\n" in told and "Rule.Two" not in told


def test_an_unknown_name_ends_it_before_anything_is_watched(pack: Path) -> None:
    with started(pack, "Rule.On") as watched:
        assert "Did you mean `Rule.One`?" in watched.until("Did you mean")
        assert watched.process.wait(LONGEST_SECONDS) == 2


def test_a_cancel_ends_it_with_the_last_verdict(pack: Path) -> None:
    (pack / "global_helpers/words.py").write_text("WANTED = 'x'\n")
    with watching(pack, "Rule.One") as watched:
        assert watched.end(signal.SIGTERM) == 1
        assert watched.until("Stopped") == "\nStopped."


def test_it_does_not_run_in_ci(pack: Path) -> None:
    command = [sys.executable, "-m", "panther_ci.cli", "test", "--watch"]
    done = subprocess.run(command, cwd=pack, env={**os.environ, "CI": "true"}, capture_output=True, text=True)
    assert (done.returncode, "does not run in CI" in done.stderr) == (2, True)
