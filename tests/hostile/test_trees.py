"""Hostile trees through the whole command: each file gets its word, all others are judged, nothing leaks."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.family import grandchildren_of, wait_for

SECRET = "s3cr3t-of-the-environment"
SPEC = (
    "AnalysisType: rule\nRuleID: {id}\nFilename: {body}\nEnabled: true\nSeverity: High\n"
    "LogTypes: [AWS.CloudTrail]\n"
    "Tests:\n  - Name: alerts\n    ExpectedResult: true\n    Log: {{user: root}}\n"
)
BODY = "def rule(event):\n    return event['user'] == 'root'\n"
# Of processor time, which a busy machine does not lengthen; who waits for nothing is ended by the clock.
MOST_WORK_SECONDS = 25
LONGEST_SECONDS = 120
KINDS = ("junit", "sarif", "html")
REPORTS = ("junit.xml", "report.sarif", "report.html")


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command on a tree, with a secret in its environment."""
    reports = [f"--{kind}-path={root.parent / name}" for kind, name in zip(KINDS, REPORTS, strict=True)]
    return subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "panther_ci.cli",
            *(arguments or ("test",)),
            "--timeout-seconds=3",
            *reports,
        ],
        cwd=root,
        env={**os.environ, "AWS_SECRET_ACCESS_KEY": SECRET, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=LONGEST_SECONDS,
    )


def write_rule(root: Path, name: str, body: str = BODY, **more: str) -> None:
    """A detection of two files."""
    (root / f"{name}.yml").write_text(SPEC.format(**{"id": f"Test.{name}", "body": f"{name}.py", **more}))
    (root / f"{name}.py").write_text(body)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with one good rule."""
    root = tmp_path / "repository"
    root.mkdir()
    write_rule(root, "good")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


def link_body(root: Path) -> None:
    write_rule(root, "evil")
    (root / "evil.py").unlink()
    (root / "evil.py").symlink_to("/proc/self/environ")


def link_spec(root: Path) -> None:
    (root / "evil.yml").symlink_to("/proc/self/environ")


def link_folder(root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    (outside / "evil.yml").write_text(f"AnalysisType: {SECRET}\n")
    (root / "folder").symlink_to(outside)


def link_to_itself(root: Path) -> None:
    (root / "evil.yml").symlink_to("evil.yml")
    (root / "loop").symlink_to(".")


def climb(root: Path) -> None:
    write_rule(root, "evil", body="../outside.py")
    (root.parent / "outside.py").write_text(f"def rule(event):\n    print({SECRET!r})\n    return True\n")


def absolute(root: Path) -> None:
    write_rule(root, "evil", body="/proc/self/environ")


def pipe(root: Path) -> None:
    os.mkfifo(root / "evil.yml")
    write_rule(root, "other")
    (root / "other.py").unlink()
    os.mkfifo(root / "other.py")


def alias_bomb(root: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    (root / "evil.yml").write_text(SPEC.format(id="Evil", body="good.py") + "\n".join(lines))


def deep_nesting(root: Path) -> None:
    (root / "evil.yml").write_text("AnalysisType: rule\nTests: " + "[" * 100_000)
    (root / "evil.json").write_text('{"AnalysisType": ' * 100_000)


def object_tag(root: Path) -> None:
    text = "AnalysisType: !!python/object/apply:os.system ['touch pwned']\nRuleID: x\n"
    (root / "evil.yml").write_text(text)


def huge_file(root: Path) -> None:
    (root / "evil.yml").write_text("AnalysisType: rule\n# " + "x" * 5_000_000)


def million_problems(root: Path) -> None:
    lines = "".join(f"key{n}: 1\n" for n in range(100_000))
    (root / "evil.yml").write_text(SPEC.format(id="Evil", body="good.py") + lines)


def binary(root: Path) -> None:
    (root / "evil.yml").write_bytes(b"AnalysisType: rule\n" + bytes(range(256)) * 100)
    (root / "evil.py").write_bytes(bytes(range(256)) * 100)


def deep_expressions(root: Path) -> None:
    for name, text in {
        "parentheses": "x = " + "(" * 100_000,
        "signs": "x = " + "-" * 100_000 + "1",
        "sums": "x = " + "1+" * 100_000 + "1",
        "attributes": "x = a" + ".a" * 100_000,
        "calls": "x = a" + "()" * 50_000,
        "choices": "x = " + "1 if 1 else " * 50_000 + "1",
        "lambdas": "x = " + "lambda: " * 50_000 + "1",
        "powers": "x = " + "2**" * 50_000 + "2",
        "indentation": "".join(" " * n + "if 1:\n" for n in range(500)) + " " * 500 + "pass",
        "branches": "if 1:\n    pass\n" + "elif 1:\n    pass\n" * 20_000,
        "strings": "x = " + "f'{" * 1000 + "1",
        "patterns": "match 1:\n    case " + "[" * 5000 + "]" * 5000 + ":\n        pass\n",
    }.items():
        write_rule(root, f"evil_{name}", f"{text}\n{BODY}")


def long_compilation(root: Path) -> None:
    # The code of `finally` stands in the result once for each way out of it.
    lines = [" " * n + "try:\n" + " " * (n + 1) + "pass\n" + " " * n + "finally:\n" for n in range(18)]
    write_rule(
        root,
        "evil",
        "def slow():\n"
        + "".join(f" {part}" for line in lines for part in line.splitlines(True))
        + " " * 20
        + "pass\n"
        + BODY,
    )


def circular_globals(root: Path) -> None:
    for one, other in (("first", "second"), ("second", "first")):
        (root / f"{one}.yml").write_text(f"AnalysisType: global\nGlobalID: {one}\nFilename: {one}.py\n")
        (root / f"{one}.py").write_text(f"import {other}\n")
    write_rule(root, "evil", f"import first\n{BODY}")


def global_of_the_engine(root: Path) -> None:
    for name in ("json", "os", "builtins", "panther_ci", "sys"):
        (root / f"{name}_.yml").write_text(f"AnalysisType: global\nGlobalID: {name}\nFilename: {name}_.py\n")
        (root / f"{name}_.py").write_text("raise SystemExit(0)\n")
    write_rule(root, "evil", f"import json, os, sys, builtins, panther_ci\n{BODY}")


def planted_modules(root: Path) -> None:
    for name in ("json", "yaml", "os", "sitecustomize", "usercustomize", "panther_ci", "conftest"):
        (root / f"{name}.py").write_text(
            "import pathlib; pathlib.Path('pwned').touch(); raise SystemExit(0)\n"
        )


def endless_bases(root: Path) -> None:
    for one, other in (("a", "b"), ("b", "a"), ("c", "c")):
        text = SPEC.format(id=one, body="x").replace("Filename: x\n", f"BaseDetection: {other}\n")
        (root / f"evil_{one}.yml").write_text(text)


def long_chain(root: Path) -> None:
    for number in range(400):
        text = SPEC.format(id=f"Link.{number}", body="x")
        (root / f"evil_{number}.yml").write_text(
            text.replace("Filename: x\n", f"BaseDetection: Link.{number + 1}\n")
        )


def one_id_for_all(root: Path) -> None:
    for number in range(800):
        (root / f"evil_{number}.yml").write_text(SPEC.format(id="Same", body="good.py"))


def names_of_nobody(root: Path) -> None:
    for number in range(300):
        (root / f"query_{number}.yml").write_text(
            f"AnalysisType: scheduled_query\nQueryName: A.Query.With.A.Long.Name.{number}\nEnabled: true\n"
            "Query: select 1\nSchedule: {RateMinutes: 5, TimeoutMinutes: 1}\n"
        )
    wanted = "".join(f"- A.Query.With.A.Long.Names.{number}\n" for number in range(100))
    for number in range(60):
        text = SPEC.format(id=f"Wants.{number}", body="good.py").replace("Type: rule", "Type: scheduled_rule")
        text = text.replace("LogTypes: [AWS.CloudTrail]\n", f"ScheduledQueries:\n{wanted}")
        (root / f"evil_{number}.yml").write_text(text)


def hostile_ids(root: Path) -> None:
    for number, text in enumerate(
        (
            "::error::x",
            "##[error]x",
            "]]><x/>",
            "<script>alert(1)</script>",
            "\\e[31m",
            "\\0",
            "x\\n::set-output",
            "..%2f",
        )
    ):
        write_rule(root, f"evil{number}", id=f'"{text}"', body="good.py")


def hostile_paths(root: Path) -> None:
    for name in (
        b"::error::x.yml",
        b"new\nline.yml",
        b"-rf.yml",
        b"\xff\xfe.yml",
        b"<b>.yml",
        b"\x1b[31m.yml",
        b"$(id).yml",
        b"x" * 250 + b".yml",
    ):
        (root / os.fsdecode(name)).write_text("AnalysisType: rule\nRuleID: x\nOdd: 1\n")


def git_config(root: Path) -> None:
    with (root / ".git/config").open("a") as file:
        file.write("[core]\n\tfsmonitor = touch pwned\n\thooksPath = .\n[diff]\n\texternal = touch pwned\n")
    (root / ".gitattributes").write_text("*.py filter=evil diff=evil\n")


TREES: dict[str, Callable[[Path], None]] = {
    build.__name__: build
    for build in (
        *(link_body, link_spec, link_folder, link_to_itself, climb, absolute, pipe, alias_bomb, deep_nesting),
        *(object_tag, huge_file, million_problems, binary, deep_expressions, long_compilation),
        *(circular_globals, global_of_the_engine, planted_modules, endless_bases, hostile_ids, hostile_paths),
        *(git_config, long_chain, one_id_for_all, names_of_nobody),
    )
}
# Trees with nothing that rejects: bases and queries that are not in the repository may be in the deployment.
HARMLESS = (
    "link_folder",
    "names_of_nobody",
    "planted_modules",
    "long_compilation",
    "git_config",
    "circular_globals",
    "link_to_itself",
)


@pytest.mark.parametrize("name", TREES)
def test_a_hostile_tree_gets_its_word_and_all_others_are_judged(name: str, root: Path) -> None:
    TREES[name](root)
    begun = os.times()
    done = run(root)
    ended = os.times()
    worked = ended.children_user - begun.children_user + ended.children_system - begun.children_system
    assert worked < MOST_WORK_SECONDS
    told = done.stdout + done.stderr
    reports = [(root.parent / report).read_text() for report in REPORTS]
    assert done.returncode == 1 or (name in HARMLESS and done.returncode == 0), told
    assert "Traceback" not in told
    assert not any(SECRET in text for text in (told, *reports))
    assert not list(root.rglob("pwned"))
    cases = ElementTree.fromstring(reports[0]).iter("testcase")
    assert [list(case) for case in cases if case.get("classname") == "Test.good"] == [[]]


# Makes the engine answer for whatever follows in the same process, and the guard look away.
TAKE_OVER = """
import sys
engine = "panther_ci.running.confined.engine."
sys.modules[engine + "guard"].Guard.leak = lambda *a: ""
sys.modules[engine + "python_detection"].PythonDetection.run = lambda *a: {
    "matcher": {"type": "bool", "text": "True"}, "functions": {}, "seconds": 0.1, "output": "", "reads": []
}
"""


@pytest.mark.parametrize("command", [("test",), ("zip",), ("check", "--select=all")])
def test_in_ci_no_command_lets_a_body_judge_another(
    root: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    write_rule(root, "evil", TAKE_OVER + BODY)
    for number in range(6):
        write_rule(root, f"wrong{number}", "def rule(event):\n    return False\n")
    done = run(root, *command)
    assert (done.returncode, done.stdout.count("[FAIL]")) == (1, 6), done.stdout


def test_the_archive_holds_the_judged_bytes(root: Path) -> None:
    (root / "good.py").write_text("import time\ntime.sleep(1.5)\n" + BODY)
    judged = (root / "good.py").read_bytes()
    command = [sys.executable, "-P", "-m", "panther_ci.cli", "zip", f"--output-path={root.parent / 'out'}"]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, cwd=root, env=environ, stdout=subprocess.PIPE) as process:
        wait_for(lambda: grandchildren_of(process.pid) or process.poll() is not None)  # all is read by then
        (root / "good.py").write_text("evil = True\n" + BODY)
        process.communicate(timeout=LONGEST_SECONDS)
    assert process.returncode == 0
    (archive,) = (root.parent / "out").glob("*.zip")
    with zipfile.ZipFile(archive) as packed:
        assert packed.read(next(name for name in packed.namelist() if name.endswith("good.py"))) == judged


def test_secrets_reach_no_body(root: Path) -> None:
    names = ("AWS_SESSION_TOKEN", "GITHUB_TOKEN", "PANTHER_API_KEY", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    names += ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_RUNTIME_TOKEN", "INPUT_GITHUB-TOKEN", "NETRC")
    body = "import os\ndef rule(event):\n    print('HAS', sorted(os.environ))\n    return False\n"
    write_rule(root, "look", body)
    environ = {**os.environ, **dict.fromkeys(names, SECRET), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-P", "-m", "panther_ci.cli", "test"]
    done = subprocess.run(command, cwd=root, env=environ, capture_output=True, text=True)
    assert "HAS" in done.stdout
    assert not [name for name in names if name in done.stdout]
    assert SECRET not in done.stdout + done.stderr


def make_wheel(folder: Path, name: str, text: str) -> None:
    """A package that pip installs."""
    folder.mkdir(exist_ok=True)
    facts = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", text)
        wheel.writestr(f"{facts}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{facts}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{facts}/RECORD", "")


def test_a_package_that_a_pull_request_brings_reaches_only_who_imports_it(root: Path) -> None:
    wheels = root.parent / "wheels"
    make_wheel(wheels, "plain", "")
    make_wheel(wheels, "evil", "import re\nre.search = lambda *a, **k: True\n")
    write_rule(root, "wrong", "import plain, re\ndef rule(event):\n    return bool(re.search('x', 'y'))\n")
    (root / "requirements.txt").write_text("plain==1.0\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(root)]
    for message in ("base", "change"):
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", message], check=True)
        write_rule(root, "evil", f"import evil\n{BODY}")
        (root / "requirements.txt").write_text("evil==1.0\nplain==1.0\n")
    environ = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-P", "-m", "panther_ci.cli", "check", "--base-ref=HEAD~1"]
    done = subprocess.run(
        [*command, "--requirements=requirements.txt"],
        cwd=root,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "expected an alert, but rule() returned False" in done.stdout
