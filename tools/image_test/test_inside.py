"""Suites about hostile bodies and about git, run in the image, over its own program."""

import sysconfig
from pathlib import Path

import pytest

from tools.image_test.engine import Container, Engine

# The image's program comes first; pytest and the tests are this machine's.
SEARCH_PATH = "/opt/panther-ci:/opt/panther-ci/packages:/pytest:/source"
SUITES = {
    # Docker refuses to read memory by itself, so it can't be seen to succeed without our confinement.
    "tests/running/confined/test_layers.py": "not memory",
    # The other settings of the suite don't arise in a container of GitHub.
    "tests/hostile/test_bodies.py": "is_contained and are]",
    # git submodule is a script of git's that we never run.
    "tests/repository/test_git.py": "not submodule",
    "tests/repository/test_disk.py": "not submodule and not whole_check",
}


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_passes_in_the_image(engine: Engine, image: str, suite: str) -> None:
    mounts = {Path().resolve(): "/source:ro", Path(sysconfig.get_path("purelib")): "/pytest:ro"}
    variables = {"PYTHONPATH": SEARCH_PATH, "CI": "true"}
    options = ("--network=none", "--workdir=/source", "--entrypoint=python")
    arguments = ("-P", "-B", "-m", "pytest", "-p", "no:cacheprovider", "-k", SUITES[suite], suite)
    done = engine.run(Container(image, variables, mounts, options, arguments))
    assert done.code == 0, done.stdout[-4000:] + done.stderr[-2000:]
