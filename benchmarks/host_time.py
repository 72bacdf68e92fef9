"""How long pull requests that try to keep the host busy do so; nothing here asserts a time.

`python -m benchmarks.host_time [--tested] [WORD …]` prints those whose names have one of the words:
`seconds` is the whole run, `host` the processor time of the process that judges, without those of bodies.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.installing import ROOT
from benchmarks.table import head, line
from tests.hostile.sizes import SIZES, Size, write_pull_request

# More than a run should ever take.
LONGEST_SECONDS = 300
HOST = """
import resource, sys
from panther_ci.cli import main
code = main(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, file=sys.stderr)
sys.exit(code)
"""
COLUMNS = ("pull request", "KB", "files", "seconds", "host", "exit code")


def main(argv: Sequence[str] | None = None) -> int:
    """Judge each pull request and print its line."""
    parser = argparse.ArgumentParser("python -m benchmarks.host_time", description=__doc__)
    parser.add_argument("--tested", action="store_true", help="the smaller sizes, which the tests use")
    parser.add_argument("words", nargs="*", help="only pull requests with one of these words in their names")
    arguments = parser.parse_args(argv)
    print(head(COLUMNS), flush=True)
    for size in SIZES:
        if not arguments.words or any(word in size.name for word in arguments.words):
            print(measure(size, size.tested if arguments.tested else size.most), flush=True)
    return 0


def measure(size: Size, count: int) -> str:
    """One line of the table."""
    files = size.build(count)
    kilobytes = sum(len(text.encode()) for text in files.values()) // 1024
    with tempfile.TemporaryDirectory(prefix="panther-ci-host-time-") as folder:
        root = Path(folder) / "repository"
        root.mkdir()
        write_pull_request(root, files, size.requirements)
        seconds, host, code = run(size.command(Path(folder)), root)
    return line((size.name, str(kilobytes), str(len(files)), seconds, host, code))


def run(arguments: Sequence[str], root: Path) -> tuple[str, str, str]:
    """The seconds, the host's seconds and the exit code of a run, as texts."""
    command = (sys.executable, "-P", "-c", HOST, *arguments)
    environ = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), "PIP_NO_INDEX": "1"}
    began = time.monotonic()
    try:
        done = subprocess.run(command, cwd=root, env=environ, capture_output=True, timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        return f"> {LONGEST_SECONDS}", "", ""
    host = float(done.stderr.split()[-1])
    return f"{time.monotonic() - began:.1f}", f"{host:.1f}", str(done.returncode)


if __name__ == "__main__":
    sys.exit(main())
