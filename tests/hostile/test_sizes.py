"""A pull request of a megabyte does not keep the host busy, whatever it contains."""

from pathlib import Path

import pytest

from tests.commands import run_command
from tests.hostile.sizes import SIZES, Size, write_pull_request

# Of processor time, for each process alone: about one was measured, and some of these sizes took minutes
# where the work grew with their square.
MOST_WORK_SECONDS = 10


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.name)
def test_the_host_is_busy_for_a_bounded_time(size: Size, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    write_pull_request(root, size.build(size.tested), size.requirements)
    done = run_command(
        root,
        *size.command(tmp_path),
        environ={"PATH": "/usr/bin:/bin", "PIP_NO_INDEX": "1"},
        cpu_seconds=MOST_WORK_SECONDS,
    )
    assert done.returncode in (0, 1), (done.returncode, done.stdout[-1000:], done.stderr[-1000:])
    assert (tmp_path / "junit").exists()
