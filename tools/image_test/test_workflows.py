"""The workflows for private forks, run by act; only the actions of others are stand-ins."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployments.standin import StandIn
from tools.image_test.act import Act, Fork, serve
from tools.image_test.engine import Engine
from tools.image_test.step import pull_request, push

BODY = "analysis/policies/s3/aws_s3_bucket_encryption.py"
ZEROS = "0" * 40


@pytest.fixture(scope="module")
def socket(engine: Engine) -> Iterator[Path]:
    with serve(engine) as path:
        yield path


@pytest.fixture
def act(engine: Engine, image: str, socket: Path) -> Act:
    return Act(engine, image, socket)


@pytest.fixture
def fork(image: str, tmp_path: Path) -> Fork:
    return Fork.create(tmp_path, image)


WRONG = {BODY: "def policy(resource):\n    return None\n"}


def test_a_right_pull_request_passes(act: Act, fork: Fork, tmp_path: Path) -> None:
    text = (fork.checkout.folder / BODY).read_text(encoding="utf-8")
    head = fork.checkout.propose({BODY: text + "# A comment.\n"})
    fork.publish()
    done = act.run(fork, pull_request(fork.checkout, head), "check.yml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    reports = {path.name for path in (fork.artifacts / "reports").iterdir()}
    assert reports == {"panther-ci-junit.xml", "panther-ci.html"}


def test_a_wrong_pull_request_fails_even_if_it_opens_the_gate(act: Act, fork: Fork, tmp_path: Path) -> None:
    opened = {"entrypoint.py": "print('let through')\n", "action.yml": "name: x\nruns: {using: node20}\n"}
    head = fork.checkout.propose(WRONG | opened)
    fork.publish()
    done = act.run(fork, pull_request(fork.checkout, head), "check.yml", tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert BODY.replace(".py", ".yml") in done.stdout
    assert "let through" not in done.stdout


def test_a_push_to_master_deploys_the_library_once(
    engine: Engine, image: str, socket: Path, fork: Fork, tmp_path: Path
) -> None:
    with StandIn() as deployment:
        act = Act(engine, image, socket, {"AWS_ENDPOINT_URL": deployment.url})
        done = act.run(fork, push(fork.checkout, "refs/heads/master", ZEROS), "deploy.yml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [each.access_key for each in deployment.invocations] == ["ASIAEXAMPLEEXAMPLE12"]
    assert list((fork.artifacts / "deployed/deployed").glob("*.zip"))
