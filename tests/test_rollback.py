"""`--ref` judges and deploys an older commit, and leaves the work tree alone."""

import os
from pathlib import Path

import pytest

from demo.fork import Fork
from tests.commands import Done, run_command
from tools.api_standin.server import StandIn

BODY = "def rule(event):\n    return event.get('x') == 1\n"
CASE = "Tests: [{Name: hit, ExpectedResult: true, Log: {x: 1}}]\n"


def write(fork: Fork, id: str, body: str = BODY, text: str = "") -> None:
    file = fork.root / "rules" / f"{id}.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    head = f"AnalysisType: rule\nRuleID: {id}\nFilename: {id}.py\nEnabled: true\nSeverity: Low\n"
    file.write_text(f"{head}LogTypes: [AWS.CloudTrail]\n{CASE}{text}")
    file.with_suffix(".py").write_text(body)


@pytest.fixture
def fork(tmp_path: Path) -> Fork:
    """Tag v1 with A and B, tag broken with a failing case, then A changed, B removed and C added."""
    fork = Fork(tmp_path / "fork")
    write(fork, "A")
    write(fork, "B")
    fork.git("init", "--quiet", "--initial-branch=main")
    fork.commit("First")
    fork.git("tag", "--annotate", "--message", "first", "v1")
    write(fork, "A", "def rule(event):\n    return False\n")
    fork.commit("Break")
    fork.git("tag", "broken")
    write(fork, "A", text="Threshold: 2\n")
    for file in fork.root.rglob("B.*"):
        file.unlink()
    write(fork, "C")
    fork.commit("Second")
    return fork


def run(fork: Fork, standin: StandIn, *arguments: str, folder: str = ".") -> Done:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
    place = {"PANTHER_API_HOST": standin.url, "PANTHER_API_TOKEN": standin.state.key}
    given = (*arguments, "--deployment", "api", "--manifest", str(fork.root.parent / "m.json"))
    return run_command(fork.root / folder, *given, environ=kept | place)


def state(fork: Fork) -> tuple[str, ...]:
    """All that could have changed in a repository."""
    git = fork.root / ".git"
    files = sorted(str(path.relative_to(git)) for path in git.rglob("*") if "objects" not in path.parts)
    return (
        fork.git("status", "--porcelain", "--untracked-files=all"),
        fork.git("for-each-ref"),
        fork.git("rev-parse", "HEAD"),
        str((git / "config").read_text()),
        *(path for path in files if path != "index.lock"),
    )


def test_an_older_tag_is_judged_and_deployed_and_the_work_tree_stays(fork: Fork) -> None:
    write(fork, "A", "not even python(")
    (fork.root / "rules/new.yml").write_text("AnalysisType: nothing\n")
    before = state(fork)
    with StandIn() as standin:
        done = run(fork, standin, "deploy", "--ref", "v1")
        assert done.returncode == 0, done.stdout + done.stderr
        contents = standin.state.contents
        assert sorted(id for _, id in contents) == ["A", "B"]
        assert contents["", "A"].body == BODY and "Threshold" not in contents["", "A"].fields
    assert state(fork) == before
    assert fork.git("rev-parse", "v1^{commit}") in (fork.root.parent / "m.json").read_text()


def test_a_plan_shows_what_going_back_changes_and_leaves_behind(fork: Fork) -> None:
    with StandIn() as standin:
        assert run(fork, standin, "deploy").returncode == 0
        plan = run(fork, standin, "plan", "--ref", "v1").stdout
        assert "rule: 1 new, 1 modified, 0 unchanged" in plan and "! C remains deployed" in plan
        done = run(fork, standin, "deploy", "--ref", "v1", "--prune", "delete")
        assert done.returncode == 0 and sorted(id for _, id in standin.state.contents) == ["A", "B"]


def test_an_older_tree_is_checked_first(fork: Fork) -> None:
    with StandIn() as standin:
        done = run(fork, standin, "deploy", "--ref", "broken")
        assert done.returncode == 1 and "[FAIL]" in done.stdout and standin.state.calls == []


@pytest.mark.parametrize("folder", ["rules", "."])
def test_a_folder_is_that_of_the_older_commit(fork: Fork, folder: str) -> None:
    path = "." if folder == "rules" else "rules"
    fork.git("mv", "rules", "moved")
    fork.commit("Move")
    (fork.root / "rules").mkdir(exist_ok=True)
    with StandIn() as standin:
        done = run(fork, standin, "plan", "--ref", "v1", "--path", path, folder=folder)
        assert done.returncode == 0 and "2 rule" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [("v9", "There is no commit 'v9' here"), ("-x", "can't be the name"), ("", "can't be the name")],
)
def test_a_name_of_no_commit_is_refused(fork: Fork, name: str, words: str) -> None:
    with StandIn() as standin:
        done = run(fork, standin, "deploy", f"--ref={name}")
        assert done.returncode == 2 and words in done.stderr and standin.state.calls == []


def test_it_needs_a_repository_and_a_folder_in_it(fork: Fork, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with StandIn() as standin:
        done = run(fork, standin, "plan", "--ref", "v1", folder="../plain")
        assert done.returncode == 2 and "not in a git repository" in done.stderr
        done = run(fork, standin, "plan", "--ref", "v1", "--path", "..")
        assert done.returncode == 2 and "outside of the repository" in done.stderr
        done = run(fork, standin, "plan", "--ref", "v1", "--path", "nowhere")
        assert done.returncode == 2 and "nowhere is not a folder" in done.stderr


def test_a_shallow_clone_has_its_own_commits(fork: Fork, tmp_path: Path) -> None:
    fork.git("clone", "--quiet", "--depth=2", f"file://{fork.root}", str(tmp_path / "shallow"))
    shallow = Fork(tmp_path / "shallow")
    with StandIn() as standin:
        done = run(shallow, standin, "deploy", "--ref", "HEAD~1")
        assert done.returncode == 1 and "[FAIL]" in done.stdout, done.stderr
        assert run(shallow, standin, "deploy", "--ref", "HEAD").returncode == 0


def test_files_that_only_a_filter_can_write_are_refused(fork: Fork) -> None:
    (fork.root / ".gitattributes").write_text("*.py filter=upper\n")
    fork.commit("Filter")
    home = fork.root.parent / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(f'[filter "upper"]\n smudge = touch {home}/ran\n clean = cat\n')
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "PYTHONPATH")}
    given = ("plan", "--ref", "HEAD", "--deployment", "api")
    done = run_command(fork.root, *given, environ=kept | {"HOME": str(home)})
    assert done.returncode == 2 and "written by a filter" in done.stderr, done.stderr
    assert not (home / "ran").exists()


def test_nothing_is_left_in_the_temporary_folder(fork: Fork, tmp_path: Path) -> None:
    place = tmp_path / "tmp"
    place.mkdir()
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
    given = ("plan", "--ref", "v1", "--deployment", "api")
    done = run_command(fork.root, *given, environ=kept | {"TMPDIR": str(place)})
    assert done.returncode == 0 and list(place.iterdir()) == [], done.stderr
