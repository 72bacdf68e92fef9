"""`panther-ci delete` shows what there is, asks, and deletes only that."""

import json
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_ci.commands.delete import describe
from panther_ci.deployments.base import Deleted, Deletion
from panther_ci.kinds import AnalysisType
from tests.commands import Done, run_command
from tools.api_standin.contents import Content
from tools.api_standin.server import StandIn


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as serving:
        for kind, id, fields in (
            (AnalysisType.SCHEDULED_RULE, "R", {"ScheduledQueries": ["Q"]}),
            (AnalysisType.SCHEDULED_QUERY, "Q", {}),
            (AnalysisType.RULE, "Other", {}),
        ):
            content = Content(kind, id, dict(fields))
            serving.state.contents[content.key] = content
        yield serving


def environ(standin: StandIn) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "PYTHONPATH")}
    return kept | {"PANTHER_API_HOST": standin.url, "PANTHER_API_TOKEN": standin.state.key}


def run(folder: Path, standin: StandIn, *arguments: str) -> Done:
    return run_command(folder, "delete", "--deployment", "api", *arguments, environ=environ(standin))


def there(standin: StandIn) -> list[str]:
    return sorted(content.id for content in standin.state.contents.values())


def test_what_is_there_is_deleted_and_what_is_linked_stays(tmp_path: Path, standin: StandIn) -> None:
    done = run(tmp_path, standin, "R", "absent", "--yes")
    assert done.returncode == 0 and done.stdout.splitlines() == [
        "R is there",
        "absent is not there",
        "query Q is linked to these and stays; `--query Q` deletes it too",
        "deleted R",
    ]
    assert there(standin) == ["Other", "Q"]


def test_queries_are_deleted_by_their_names(tmp_path: Path, standin: StandIn) -> None:
    done = run(tmp_path, standin, "R", "--query", "Q", "--yes")
    assert "linked" not in done.stdout and there(standin) == ["Other"]


def test_a_dry_run_deletes_nothing(tmp_path: Path, standin: StandIn) -> None:
    done = run(tmp_path, standin, "R", "--dry-run")
    assert done.returncode == 0 and "R is there" in done.stdout and len(there(standin)) == 3


def test_what_is_not_there_is_no_failure(tmp_path: Path, standin: StandIn) -> None:
    for _ in range(2):
        assert run(tmp_path, standin, "R", "--yes").returncode == 0
    assert standin.state.deleted == ["R"]


def test_where_nobody_can_be_asked_it_asks_for_yes_and_sends_nothing(
    tmp_path: Path, standin: StandIn
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "panther_ci.cli", "delete", "--deployment", "api", "R"],
        cwd=tmp_path,
        env=environ(standin),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and "--yes" in done.stderr and standin.state.calls == []


@pytest.mark.parametrize(
    ("answer", "left"), [("y", ["Other", "Q"]), ("n", ["Other", "Q", "R"]), ("", ["Other", "Q", "R"])]
)
def test_a_terminal_is_asked(tmp_path: Path, standin: StandIn, answer: str, left: list[str]) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    command = [sys.executable, "-m", "panther_ci.cli", "delete", "--deployment", "api", "R"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environ(standin), stdin=theirs, capture_output=True, text=True
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0 and "Delete this? [y/N]" in done.stdout, done.stderr
    assert there(standin) == left


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Nothing is named"),
        (("R", "--yes", "--deployment", "lambda"), "can't delete"),
        (("R", "--yes", "--deployment", "none"), "deployment: 'none' is unknown"),
    ],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, standin: StandIn, arguments: tuple[str, ...], words: str
) -> None:
    done = run(tmp_path, standin, *arguments)
    assert done.returncode == 2 and words in done.stderr and standin.state.calls == []


def test_what_the_deployment_keeps_rejects(tmp_path: Path, standin: StandIn) -> None:
    found, none = (
        json.dumps({"data": {"deleteDetections": {"ids": ids, "savedQueryNames": []}}}) for ids in (["R"], [])
    )
    standin.fail(f"delete:garbage:{found}", f"delete:garbage:{none}")
    done = run(tmp_path, standin, "R", "--yes")
    assert done.returncode == 1 and "did not delete 1" in done.stdout


def test_a_killed_deletion_is_made_again(tmp_path: Path, standin: StandIn) -> None:
    for fault in ("delete:hang:60", "delete:stall:60"):
        standin.fail("delete:date:x", fault)
        command = [sys.executable, "-m", "panther_ci.cli", "delete", "--deployment", "api", "R", "--yes"]
        process = subprocess.Popen(command, cwd=tmp_path, env=environ(standin), stdout=subprocess.PIPE)
        assert process.stdout and process.stdout.readline() == b"R is there\n"
        while standin.state.faults:
            time.sleep(0.01)
        process.kill()
        process.communicate()
        assert run(tmp_path, standin, "R", "--yes").returncode == 0
        assert "R" not in there(standin) and standin.state.deleted == ["R"]
        content = Content(AnalysisType.RULE, "R", {})
        standin.state.contents[content.key], standin.state.deleted = content, []


def test_a_signal_during_a_deletion_says_what_is_known(tmp_path: Path, standin: StandIn) -> None:
    standin.fail("delete:date:x", "delete:hang:60")
    command = [sys.executable, "-m", "panther_ci.cli", "delete", "--deployment", "api", "R", "--yes"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, cwd=tmp_path, env=environ(standin), text=True, **pipes)
    while standin.state.faults:
        time.sleep(0.01)
    process.terminate()
    _, errors = process.communicate()
    assert process.returncode == 4 and "Stopped by SIGTERM during a deletion, after 0 of 1" in errors, errors
    assert "Run the same again" in errors


def test_the_text_of_a_deployment_does_no_harm(tmp_path: Path, standin: StandIn) -> None:
    content = Content(AnalysisType.SCHEDULED_RULE, "R", {"ScheduledQueries": ["::error::x"]})
    linked = Content(AnalysisType.SCHEDULED_QUERY, "::error::x", {})
    standin.state.contents |= {content.key: content, linked.key: linked}
    done = run(tmp_path, standin, "R", "--dry-run")
    assert not any(line.lstrip().startswith("::error") for line in done.stdout.splitlines())


def test_the_name_of_a_query_may_be_given_to_a_shell_as_it_is() -> None:
    answer = Deleted(linked=Deletion((), ("a $(b) c",)))
    assert "`--query 'a $(b) c'` deletes it too" in "".join(describe(Deletion(), answer))
