"""Copies of the repository with an environment of their own, in which mutants are tried."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tools.core_modules import ROOT


class Tree(NamedTuple):
    """A copy of the repository; its own environment imports the package from it, also in child processes."""

    folder: Path

    def pytest(self, arguments: Iterable[str], seconds: float, before: Sequence[str] = ()) -> int | None:
        """The exit code of a run of tests; None if it took longer."""
        command = [".venv/bin/python", *(before or ("-m", "pytest"))]
        command += ["-q", "-x", "-p", "no:cacheprovider", *arguments]
        environ = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
        with subprocess.Popen(
            command,
            cwd=self.folder,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process:
            try:
                return process.wait(seconds)
            except subprocess.TimeoutExpired:
                return None
            finally:
                # A mutant may leave processes behind.
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def make_tree(folder: Path) -> Tree:
    """Copy what git has or would take, and link the environment."""
    listed = subprocess.check_output(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, text=True
    )
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_symlink() or (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    shutil.copytree(ROOT / ".venv", folder / ".venv", symlinks=True, copy_function=os.link)
    for finder in (folder / ".venv").glob("lib/*/site-packages/__editable__*"):
        text = finder.read_text()
        finder.unlink()  # the file that it was linked to stays as it is
        finder.write_text(text.replace(str(ROOT), str(folder)))
    return Tree(folder)
