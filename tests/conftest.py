"""Makes the tests the same wherever they run: on signals, on git's settings, and on busy machines."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from demo.fork import Fork
from demo.runner import Runner

# Property tests are the same on each run, and don't fail because a machine is busy.
settings.register_profile(
    "steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")


def pytest_configure() -> None:
    """A shell without job control starts programs in the background with SIGINT ignored, and every child
    inherits that; those that are interrupted here shall take it as a user's would. What a user or a hook
    tells git (to sign commits, to run hooks, to work elsewhere) is not for the repositories of tests."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        del os.environ[name]
    os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


@pytest.fixture
def fork(tmp_path: Path) -> Fork:
    """A private fork of the detections of the demo, with a remote."""
    return Fork.create(tmp_path / "fork")


@pytest.fixture
def runner(fork: Fork) -> Runner:
    """What starts the action in the fork, as a job of GitHub does."""
    return Runner(fork.root, fork.root.parent / "runner")
