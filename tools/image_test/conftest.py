"""Fixtures: the built image, and steps run in it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.deployments.standin import StandIn
from tools.image_test.base import fetch_seccomp_profile, make_base, read_base
from tools.image_test.checkout import Checkout, write_rule
from tools.image_test.engine import Engine
from tools.image_test.step import Ended, Step, run_step

IMAGE = "localhost/panther-ci:test"
RunStep = Callable[[Step], Ended]


@pytest.fixture(scope="session")
def engine() -> Engine:
    """Podman with the stand-in for the base in its storage."""
    scratch = Path(os.environ.get("IMAGE_TEST_SCRATCH", ".make/image-test")).resolve()
    engine = Engine(scratch, scratch / "docker-seccomp.json")
    engine.prepare()
    fetch_seccomp_profile(engine.seccomp)
    return engine


@pytest.fixture(scope="session")
def image(engine: Engine) -> str:
    """The image of the unmodified Dockerfile."""
    engine.build(Path(), IMAGE, read_base(Path("Dockerfile")), make_base(engine))
    return IMAGE


@pytest.fixture
def run(engine: Engine, image: str, tmp_path: Path) -> RunStep:
    """Runs a step as GitHub does."""

    def start(step: Step) -> Ended:
        folder = tmp_path / f"runner-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        return run_step(engine, image, step, folder)

    return start


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    """A repository of two rules that are right, on master."""
    return Checkout.create(tmp_path / "repository", write_rule("Alpha") | write_rule("Beta"))


@pytest.fixture
def deployment() -> Iterator[StandIn]:
    """A deployment on this machine's loopback."""
    with StandIn() as stand_in:
        yield stand_in
