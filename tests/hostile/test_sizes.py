"""A pull request of a megabyte does not keep the host busy, whatever it contains."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.sizes import SIZES, Size, write_pull_request

# Of processor time, for each process alone: about one was measured, and some of these sizes took minutes
# where the work grew with their square.
MOST_WORK_SECONDS = 10


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_the_host_is_busy_for_a_bounded_time(size: Size, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    write_pull_request(root, size.build(size.tested), size.requirements)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "panther_ci.cli", *size.command(tmp_path)],
        cwd=root,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2]), "PIP_NO_INDEX": "1"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (MOST_WORK_SECONDS,) * 2),
        capture_output=True,
        text=True,
    )
    assert done.returncode in (0, 1), (done.returncode, done.stdout[-1000:], done.stderr[-1000:])
    assert (tmp_path / "junit").exists()
