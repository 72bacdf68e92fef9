"""What a clone lacks is fetched over HTTPS by the image's git, with the token that actions/checkout left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.peers import Authority, make_authority
from tools.image_test.checkout import Checkout
from tools.image_test.conftest import RunStep
from tools.image_test.remote import HEADER, serve_repositories
from tools.image_test.step import Ended, Step, pull_request

WRONG = 'def rule(event):\n    return event.get("user") == "nobody"\n'


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def address(checkout: Checkout, authority: Authority, tmp_path: Path) -> Iterator[str]:
    """Where the repository is served, with all that it lets a clone ask for."""
    for setting in ("allowAnySHA1InWant", "allowFilter"):
        checkout.git("config", f"uploadpack.{setting}", "true")
    with serve_repositories(tmp_path, authority.context) as root:
        yield f"{root}/{checkout.folder.name}"


def judge(clone: Checkout, address: str, head: str, authority: Authority, run: RunStep) -> Ended:
    """Judge a pull request in a clone whose origin is served."""
    clone.git("remote", "set-url", "origin", address)
    clone.git("config", "http.extraheader", HEADER)
    clone.git("config", "http.sslCAInfo", "/authority/ca.pem")
    mounts = {Path(authority.file).parent: "/authority:ro"}
    return run(Step(pull_request(clone, head), clone, network="host", mounts=mounts))


def test_a_base_that_a_shallow_clone_lacks_is_fetched(
    checkout: Checkout, address: str, authority: Authority, run: RunStep, tmp_path: Path
) -> None:
    head = checkout.propose({"rules/alpha.py": WRONG})
    clone = checkout.clone(tmp_path / "shallow", depth=1)
    ended = judge(clone, address, head, authority, run)
    assert (ended.code, ended.outputs["selected"]) == (1, "1"), ended.log


def test_contents_that_a_partial_clone_lacks_are_fetched(
    checkout: Checkout, address: str, authority: Authority, run: RunStep, tmp_path: Path
) -> None:
    head = checkout.propose({"rules/alpha.py": WRONG})
    merge = checkout.head()
    clone = Checkout(tmp_path / "partial")
    source = f"file://{checkout.folder}"
    checkout.git("clone", "--quiet", "--filter=blob:none", "--no-checkout", source, str(clone.folder))
    clone.git("fetch", "--quiet", "origin", merge)
    clone.git("checkout", "--quiet", "--detach", merge)
    ended = judge(clone, address, head, authority, run)
    assert (ended.code, ended.outputs["selected"]) == (1, "1"), ended.log
