"""Copies of the repository with an environment of their own, in which mutants are tried."""

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tools.core_modules import ROOT


class Tree(NamedTuple):
    """A copy of the repository; its own environment imports the package from it, also in child processes."""

    folder: Path

    def coverage(self, data: Path, modules: Iterable[str], arguments: Iterable[str]) -> int:
        """The exit code of a run of tests whose coverage of these modules is written to a file.

        What it prints is in the file of that name with `.log` at its end.
        """
        command = [".venv/bin/python", "-m", "coverage", "run", f"--data-file={data}"]
        command += [f"--include={','.join(modules)}"]
        command += ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "tools.covering", *arguments]
        with (
            data.with_suffix(".log").open("wb") as log,
            subprocess.Popen(
                command, cwd=self.folder, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            ) as process,
        ):
            try:
                return process.wait()
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)

    @contextmanager
    def change(self, module: str, code: str) -> Iterator[None]:
        """Replace the code of a module for a while."""
        file = self.folder / module
        kept, times = file.read_bytes(), file.stat()
        file.write_text(code, encoding="utf-8")
        try:
            yield
        finally:
            file.write_bytes(kept)
            # What was compiled of it is good again.
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


class Bench(NamedTuple):
    """A tree and the process that runs its tests in forks."""

    tree: Tree
    process: "subprocess.Popen[str]"

    def run(self, tests: Sequence[str], seconds: float) -> int | None:
        """The exit code of a run of tests; None if it took longer."""
        asked, answers = self.process.stdin, self.process.stdout
        if not asked or not answers or self.process.poll() is not None:
            raise RuntimeError("the process that runs tests has ended")
        asked.write(json.dumps({"tests": tests, "seconds": seconds}) + "\n")
        asked.flush()
        answer: int | None = json.loads(answers.readline())
        return answer


@contextmanager
def start_bench(tree: Tree) -> Iterator[Bench]:
    """Start the process; it ends with this."""
    with subprocess.Popen(
        [".venv/bin/python", "-m", "tools.forks"],
        cwd=tree.folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Bench(tree, process)


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
