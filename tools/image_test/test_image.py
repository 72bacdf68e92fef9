"""What is in the image, and what is not."""

import ast
import inspect
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from panther_ci.deployment_rules.packages import OFFERED_MODULES
from panther_ci.repository import git
from tools.image_test.base import make_base, read_base
from tools.image_test.engine import Container, Engine
from tools.image_test.layers import list_layers, measure_layers

CONTEXT = (
    "Dockerfile",
    ".dockerignore",
    "entrypoint.py",
    "LICENSE",
    "panther_ci",
    "requirements",
    "tools/image_build",
)
# What has to be loaded beside the base, which many runners have.
MOST_COMPRESSED_BYTES = 25_000_000
MAKE_ALL_CLIENTS = """
import sys
sys.path.insert(0, "/opt/panther-ci/packages")
import boto3
session = boto3.Session("AKIA", "secret", region_name="eu-central-1")
for name in session.get_available_services():
    session.client(name)
session.resource("s3").Bucket("logs").objects.all()
session.client("iam").get_paginator("list_users")
session.client("dynamodb").get_waiter("table_exists")
print(len(session.get_available_services()))
"""
READ_TRANSLATIONS = """
import sys
sys.path.insert(0, "/opt/panther-ci/packages")
import gettext, pycountry
for domain, text in (("iso3166-1", "Germany"), ("iso3166-1", "Jersey"), ("iso639-3", "French")):
    print(gettext.translation(domain, pycountry.LOCALES_DIR, ["de"]).gettext(text))
"""


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
    assert shell("find /var/lib/apt/lists /var/cache/apt/archives -type f -size +0") == ""


def test_what_a_deployment_offers_to_bodies_is_there(shell: Shell) -> None:
    modules = set(shell("ls /opt/panther-ci/packages").split())
    assert modules >= OFFERED_MODULES


def test_bodies_can_make_clients_of_all_services(shell: Shell) -> None:
    assert int(shell(f"python -I -c '{MAKE_ALL_CLIENTS}'")) > 400


def test_translations_say_the_same_as_ever(shell: Shell) -> None:
    assert shell(f"python -I -c '{READ_TRANSLATIONS}'") == "Deutschland\nJersey\nFranzösisch\n"


def test_what_has_to_be_loaded_beside_the_base_is_small(engine: Engine, image: str, tmp_path: Path) -> None:
    sizes = measure_layers(engine, image, make_base(engine), tmp_path)
    print(f"compressed layers above the base: {sizes}")
    assert sum(sizes) <= MOST_COMPRESSED_BYTES
    assert sizes[-1] == min(sizes)


def test_a_release_changes_the_last_layer_only(engine: Engine, image: str, tmp_path: Path) -> None:
    context = tmp_path / "context"
    for path in CONTEXT:
        copy = shutil.copytree if Path(path).is_dir() else shutil.copy
        (context / path).parent.mkdir(parents=True, exist_ok=True)
        copy(path, context / path)
    (context / "panther_ci/__init__.py").write_text('__version__ = "0.0.0"\n', encoding="utf-8")
    engine.build(context, f"{image}-next", read_base(Path("Dockerfile")), make_base(engine))
    before, after = list_layers(engine, image), list_layers(engine, f"{image}-next")
    assert before[:-1] == after[:-1]
    assert before[-1] != after[-1]


def test_every_command_we_give_git_is_built_into_its_program(shell: Shell) -> None:
    words = {
        node.value for node in ast.walk(ast.parse(inspect.getsource(git))) if isinstance(node, ast.Constant)
    }
    done = subprocess.run(("git", "--list-cmds=main"), stdout=subprocess.PIPE, text=True, check=True)
    used = words & set(done.stdout.split())
    assert {"diff", "fetch", "clone"} < used
    assert used <= set(shell("git --list-cmds=builtins").split())


def test_scanners_find_the_version_of_git(shell: Shell) -> None:
    status = shell("cat /var/lib/dpkg/status.d/git").splitlines()
    version = shell("git --version").split()[-1]
    assert "Package: git" in status
    assert any(line.startswith(f"Version: 1:{version}") for line in status)


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
