"""Packages for bodies: installed from wheels, imported only in children, judging all when they change."""

import os
import subprocess
import zipfile
from pathlib import Path
from typing import TypeAlias

import pytest

from demo.fork import Fork
from tests.commands import run_command
from tests.sources import write_source

RULE = "rules/aws_cloudtrail_root_activity.py"
Done: TypeAlias = "subprocess.CompletedProcess[str]"


@pytest.fixture
def fork(tmp_path: Path) -> Fork:
    """A fork whose root rule imports a package of its own."""
    fork = Fork.create(tmp_path / "fork")
    fork.replace(RULE, "def rule", "import demo_pkg\n\n\ndef rule")
    (fork.root / "requirements.txt").write_text("demo-pkg==1.0\n")
    fork.commit("Import a package")
    return fork


def check(
    fork: Fork, module: str, *arguments: str, requirements: str = "requirements.txt", sources: str | Path = ""
) -> Done:
    """Judge the fork where `demo_pkg` holds this code."""
    wheels = fork.root.parent / "wheels"
    wheels.mkdir()
    information = "demo_pkg-1.0.dist-info"
    with zipfile.ZipFile(wheels / "demo_pkg-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("demo_pkg.py", module)
        wheel.writestr(f"{information}/METADATA", "Metadata-Version: 2.1\nName: demo-pkg\nVersion: 1.0\n")
        wheel.writestr(
            f"{information}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{information}/RECORD", "")
    environ = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"{wheels} {sources}", "PIP_CONFIG_FILE": os.devnull}
    environ |= {"PATH": os.environ["PATH"], "AWS_SECRET_ACCESS_KEY": "secret-key"}
    return run_command(fork.root, *arguments, "--requirements", requirements, environ=environ)


def test_a_body_imports_a_package_that_the_requirements_name(fork: Fork) -> None:
    done = check(fork, "", "test")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_package_sees_no_secret(fork: Fork) -> None:
    done = check(fork, "import os\nraise ValueError(os.environ.get('AWS_SECRET_ACCESS_KEY'))\n", "test")
    assert done.returncode == 1
    assert "ValueError: None" in done.stdout
    assert "secret-key" not in done.stdout


def test_a_hostile_package_spoils_only_who_imports_it(fork: Fork) -> None:
    (fork.root / "requirements.txt").write_text("demo-pkg == 1.0\n")
    done = check(fork, "import os\nos._exit(0)\n", "check")
    passed = done.stdout.count("[PASS]")
    assert (done.returncode, passed > 20) == (1, True), done.stdout
    assert "[ERROR] A call of the root user alerts" in done.stdout


@pytest.mark.parametrize("path", ["requirements.txt", "./requirements.txt"])
def test_changed_requirements_judge_everything(fork: Fork, path: str) -> None:
    (fork.root / "requirements.txt").write_text("demo-pkg == 1.0\n")
    done = check(fork, "", "check", requirements=path)
    assert (done.returncode, "requirements.txt changed" in done.stdout) == (0, True), (
        done.stdout + done.stderr
    )


def test_requirements_in_a_submodule_that_moved_judge_everything(fork: Fork) -> None:
    inner = Fork(fork.root / "vendor")
    inner.root.mkdir()
    inner.git("init", "--quiet")
    for text in ("demo-pkg==1.0\n", "demo-pkg == 1.0\n"):
        (inner.root / "requirements.txt").write_text(text)
        inner.commit("Require a package")
        fork.git("-c", "advice.addEmbeddedRepo=false", "add", "vendor")
        fork.git("commit", "--quiet", "--message", "Take a submodule")
    done = check(fork, "", "check", "--base-ref", "HEAD~1", requirements="vendor/requirements.txt")
    assert "requirements.txt changed" in done.stdout, done.stdout + done.stderr


def test_a_line_that_could_run_code_is_a_finding_and_nothing_is_installed(fork: Fork) -> None:
    (fork.root / "requirements.txt").write_text("demo-pkg\n-e .\n")
    done = check(fork, "", "check")
    assert done.returncode == 1
    assert "requirements.txt:2: error" in done.stdout


def test_requirements_that_cannot_be_installed_reject_whatever_changed(fork: Fork) -> None:
    (fork.root / "requirements.txt").write_text("demo-pkg\n-e .\n")
    fork.commit("Ask for what is refused")
    fork.replace("globals/aws_cloudtrail_events.py", '"""', '"""\n')
    done = check(fork, "", "check", "--base-ref", "HEAD")
    assert done.returncode == 1
    assert "requirements.txt:2: error" in done.stdout


@pytest.mark.parametrize("allowed", [False, True])
def test_a_package_without_a_wheel_is_built_where_that_is_allowed(fork: Fork, allowed: bool) -> None:
    write_source(fork.root.parent, ["'AWS_SECRET_ACCESS_KEY' in os.environ"])
    (fork.root / "requirements.txt").write_text("demo-pkg==1.0\ndemo-src==1.0\n")
    fork.replace(RULE, "import demo_pkg", "import demo_pkg\nimport demo_src")
    arguments = ["test", *(["--requirements-build"] if allowed else [])]
    done = check(fork, "", *arguments, sources=fork.root.parent)
    assert done.returncode == (0 if allowed else 2), done.stdout + done.stderr
    assert allowed or "demo-src==1.0 has no wheel for this Python" in done.stderr
    assert allowed or "`requirements-build: true`" in done.stderr
