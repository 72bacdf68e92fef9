"""Suites about hostile bodies, run in the image under Docker's confinement, over the program it carries."""

import sysconfig
from pathlib import Path

import pytest

from tools.image_test.engine import Container, Engine

SUITES = [path for path in ("tests/running/test_confinement.py", "tests/hostile") if Path(path).exists()]
# Docker refuses this by itself, so it can't be seen to succeed without our confinement.
REFUSED_BY_DOCKER = (
    "tests/running/test_confinement.py::test_a_deed_is_refused_and_would_succeed_otherwise[reads memory]"
)
# The image's program comes first; pytest and the tests are this machine's.
SEARCH_PATH = "/opt/panther-ci:/opt/panther-ci/packages:/pytest:/source"


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_passes_in_the_image(engine: Engine, image: str, suite: str) -> None:
    mounts = {Path().resolve(): "/source:ro", Path(sysconfig.get_path("purelib")): "/pytest:ro"}
    variables = {"PYTHONPATH": SEARCH_PATH, "CI": "true"}
    options = ("--network=none", "--workdir=/source", "--entrypoint=python")
    pytest_options = ("-p", "no:cacheprovider", f"--deselect={REFUSED_BY_DOCKER}", suite)
    arguments = ("-P", "-B", "-m", "pytest", *pytest_options)
    done = engine.run(Container(image, variables, mounts, options, arguments))
    assert done.code == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert " passed" in done.stdout or "%]" in done.stdout
