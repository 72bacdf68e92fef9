"""What is in the image, and what is not."""

import json

import pytest

from panther_ci.deployment_rules.packages import OFFERED_MODULES
from tools.image_test.engine import Container, Engine


@pytest.fixture
def shell(engine: Engine, image: str) -> "Shell":
    return Shell(engine, image)


class Shell:
    """Runs a line of shell in the image."""

    def __init__(self, engine: Engine, image: str) -> None:
        self.engine = engine
        self.image = image

    def __call__(self, line: str) -> str:
        options = ("--network=none", "--entrypoint=sh")
        done = self.engine.run(Container(self.image, options=options, arguments=("-c", line)))
        return done.stdout + done.stderr


def read_settings(engine: Engine, image: str) -> dict[str, object]:
    return dict(json.loads(engine.call("image", "inspect", "--format={{json .Config}}", image)))


def test_it_starts_our_program_isolated_and_as_root(engine: Engine, image: str) -> None:
    settings = read_settings(engine, image)
    assert settings["Entrypoint"] == ["python", "-I", "-u", "-B", "/opt/panther-ci/entrypoint.py"]
    assert not settings.get("User")


def test_it_says_what_it_is(engine: Engine, image: str) -> None:
    labels = read_settings(engine, image)["Labels"]
    assert isinstance(labels, dict)
    assert labels["org.opencontainers.image.title"] == "panther-ci"
    assert labels["org.opencontainers.image.licenses"] == "Apache-2.0"


def test_no_compiler_and_no_cache_are_left(shell: Shell) -> None:
    assert shell("for tool in cc gcc c++ ld as make; do command -v $tool; done; ls ~/.cache 2>&1") == (
        "ls: cannot access '/root/.cache': No such file or directory\n"
    )
    assert shell("ls /var/lib/apt/lists /var/cache/apt/archives/*.deb 2>/dev/null") == "/var/lib/apt/lists:\n"


def test_what_a_deployment_offers_to_bodies_is_there(shell: Shell) -> None:
    modules = set(shell("ls /opt/panther-ci/packages").split())
    assert modules >= OFFERED_MODULES


def test_git_and_pip_are_there(shell: Shell) -> None:
    assert shell("git --version").startswith("git version 2.")
    assert shell("python -I -m pip --version").startswith("pip ")


def test_everybody_may_read_the_program_and_only_root_may_write(shell: Shell) -> None:
    assert shell("find /opt/panther-ci ! -perm -004 -o -perm /022 ! -type l -o ! -user root") == ""


def test_nothing_of_the_building_machine_is_in_it(shell: Shell) -> None:
    # The mount points of pip's settings may stay behind, but nothing in them.
    assert shell("cat /etc/pip.conf /root/.config/pip/pip.conf 2>/dev/null") == ""


def test_only_what_runs_is_copied(shell: Shell) -> None:
    listed = set(shell("ls /opt/panther-ci").split())
    assert listed - {"__pycache__"} == {"LICENSE", "entrypoint.py", "packages", "panther_ci"}
