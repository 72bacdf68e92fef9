"""The whole action and the whole command with the public API: exactly once, whatever happens on the way."""

import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from demo.fork import Event, Fork
from demo.runner import Runner
from tests.commands import run_command, start_action
from tools.api_standin.server import StandIn

RULE = "rules/aws_cloudtrail_root_activity"
LONGEST_SECONDS = 60
LOOK = """    import os
    assert os.environ and not [1 for value in os.environ.values() if "-".join(("never", "show")) in value]
"""


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn(steps=1) as serving:
        serving.state.key = "never-show-this"
        yield serving


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fork, Event]:
    """A fork with a rule that fails if it can find the token."""
    fork = Fork.create(tmp_path_factory.mktemp("api") / "fork")
    fork.start_branch("change")
    fork.replace(f"{RULE}.py", "def rule(event):\n", f"def rule(event):\n{LOOK}")
    fork.commit("Look for the token")
    return fork, fork.merge(1)


def inputs_of(standin: StandIn, **more: str) -> dict[str, str]:
    given = {"deployment": "api", "api-host": standin.url, "api-token": standin.state.key}
    return given | {"junit-path": ""} | more


def deploy(
    merged: tuple[Fork, Event], standin: StandIn, **more: str
) -> tuple["subprocess.CompletedProcess[str]", dict[str, str], str]:
    """Run the action on the merge: what it printed, its outputs, and its step summary."""
    fork, event = merged
    runner = Runner(fork.root, fork.root.parent / "runner")
    done = start_action(runner, event, inputs_of(standin, **more))
    return done, *left_behind(runner)


def left_behind(runner: Runner) -> tuple[dict[str, str], str]:
    text = (runner.folder / "output").read_text()
    found = re.findall(r"^([a-z0-9-]+)<<(\w+)\n(.*?)\n?\2$", text, re.MULTILINE | re.DOTALL)
    return {name: value for name, _, value in found}, (runner.folder / "summary").read_text()


def operations(standin: StandIn) -> list[str]:
    return [call.operation for call in standin.state.calls]


def test_a_merge_is_deployed_and_the_receipt_is_left(merged: Any, standin: StandIn) -> None:
    done, outputs, summary = deploy(merged, standin)
    assert (done.returncode, outputs["deployed"]) == (0, "true"), done.stdout
    assert json.loads(outputs["deployment-summary"])["newRules"] == 3
    assert outputs["deployment-receipt"] == "receipt-1" and "receipt-1" in summary
    assert len(standin.state.history) == len(standin.state.entities) > 6


def test_the_token_is_nowhere(merged: Any, standin: StandIn) -> None:
    standin.fail(f"upload:error:the key {standin.state.key} may not")
    done, outputs, summary = deploy(merged, standin, **{"junit-path": "../junit.xml"})
    assert done.returncode == 4 and "the key *** may not" in done.stdout
    junit = (merged[0].root.parent / "junit.xml").read_text()
    assert standin.state.key not in done.stdout + summary + junit + json.dumps(outputs)


def test_a_dry_run_sends_nothing(merged: Any, standin: StandIn) -> None:
    done, outputs, summary = deploy(merged, standin, **{"dry-run": "true"})
    assert (done.returncode, outputs["deployed"]) == (0, "false")
    assert "An upload to Panther API at 127.0.0.1 would send" in summary and operations(standin) == []


# What goes wrong, the uploads that were sent, and what is said.
MISHAPS = {
    "no token": ("", {"api-token": ""}, 0, "There is no API token."),
    "no host": ("", {"api-host": ""}, 0, "There is no host of Panther's API."),
    "wrong token": ("", {"api-token": "wrong"}, 0, "doesn't accept the API token (403)"),
    "expired token": ("status:expire", {}, 1, "--resume receipt-1"),
    "reset": ("upload:reset", {}, 1, "Whether the deployment took the archive is unknown"),
    "half an answer": ("upload:cut", {}, 1, "Whether the deployment took the archive is unknown"),
    "500": ("upload:after:500", {}, 1, "Whether the deployment took the archive is unknown"),
    "garbage": ("upload:garbage:gibberish", {}, 1, "answered 200: gibberish"),
    "failed": ("upload:failed:it broke", {}, 1, "The deployment refused the archive: it broke"),
}


@pytest.mark.parametrize("mishap", MISHAPS)
def test_a_mishap_is_told_and_leaves_the_verdict(mishap: str, merged: Any, standin: StandIn) -> None:
    fault, more, uploads, words = MISHAPS[mishap]
    standin.fail(*filter(None, [fault]))
    done, outputs, summary = deploy(merged, standin, **more)
    assert done.returncode == (2 if mishap.startswith("no ") else 4), done.stdout
    assert words in done.stdout and words in summary and "Traceback" not in done.stdout
    assert (outputs["verdict"], outputs["deployed"]) == ("accepted", "false")
    assert operations(standin).count("upload") == uploads


ISSUES = [
    {"path": f"{RULE}.yml", "errorMessage": "Severity is not one that this version knows"},
    {"path": "aws_cloudtrail_stopped.py", "errorMessage": "it can't be compiled"},
    {"path": "gone.yml", "errorMessage": "it has no id"},
]


def test_what_the_deployment_refuses_is_annotated_on_its_lines(merged: Any, standin: StandIn) -> None:
    standin.fail("upload:failed:" + json.dumps({"error": "3 issues", "issues": ISSUES}))
    done, _, summary = deploy(merged, standin)
    lines = (merged[0].root / f"{RULE}.yml").read_text().splitlines()
    line = 1 + next(number for number, text in enumerate(lines) if text.startswith("Severity:"))
    assert done.returncode == 4
    assert re.search(rf"::error file={RULE}\.yml,line={line},.*Severity is not one", done.stdout)
    assert re.search(r"::error file=rules/aws_cloudtrail_stopped\.py,.*can't be compiled", done.stdout)
    assert "gone.yml: it has no id" in done.stdout and "it can't be compiled" in summary


# Killing -------------------------------------------------------------------------------------------


def start(merged: tuple[Fork, Event], standin: StandIn) -> "subprocess.Popen[bytes]":
    """The action in a process of its own."""
    fork, event = merged
    runner = Runner(fork.root, fork.root.parent / "runner")
    command, environ = runner.prepare(event, inputs_of(standin))
    return subprocess.Popen(command, cwd=fork.root, env=environ, stdout=subprocess.DEVNULL)


def wait_until(happened: Any, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + LONGEST_SECONDS
    while not happened():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.01)


# When the process is killed, and whether its receipt outlives it.
MOMENTS = {"schema": False, "upload": False, "status": True}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_and_run_again_nothing_is_doubled_or_lost(
    moment: str, merged: Any, standin: StandIn
) -> None:
    standin.fail(f"{moment}:hang:999")
    with start(merged, standin) as process:
        wait_until(lambda: moment in operations(standin), process)
        process.kill()
    outputs, summary = left_behind(Runner(merged[0].root, merged[0].root.parent / "runner"))
    assert ("receipt-1" in outputs.get("deployment-receipt", "")) is MOMENTS[moment]
    assert ("receipt-1" in summary) is MOMENTS[moment]
    standin.state.steps = 0
    done, outputs, _ = deploy(merged, standin)
    assert (done.returncode, outputs["deployed"]) == (0, "true"), done.stdout
    assert len(standin.state.history) == len(set(standin.state.history)) == len(standin.state.entities) > 6


def test_a_job_that_is_cancelled_says_how_to_go_on(merged: Any, standin: StandIn) -> None:
    standin.fail("upload:never")
    with start(merged, standin) as process:
        wait_until(lambda: "status" in operations(standin), process)
        process.send_signal(signal.SIGINT)
        assert process.wait(LONGEST_SECONDS) == 4
    _, summary = left_behind(Runner(merged[0].root, merged[0].root.parent / "runner"))
    assert "Stopped by SIGINT" in summary and "--resume receipt-1" in summary


# The command line ----------------------------------------------------------------------------------


def command(
    merged: tuple[Fork, Event], standin: StandIn, *arguments: str, **variables: str
) -> "subprocess.CompletedProcess[str]":
    return run_command(merged[0].root, *arguments, environ=environ_of(standin) | variables)


def environ_of(standin: StandIn) -> dict[str, str]:
    return {
        "PANTHER_API_TOKEN": standin.state.key,
        "PANTHER_API_HOST": standin.url,
        "PATH": "/usr/bin:/bin",
    }


def test_no_word_of_a_deployment_begins_a_line_of_its_own(merged: Any, standin: StandIn) -> None:
    answer = {"data": {"generalSettings": {"pantherVersion": "1\nupload: forged\n::error::forged"}}}
    standin.fail(f"version:garbage:{json.dumps(answer)}")
    done = command(merged, standin, "check-connection", "--deployment", "api")
    assert "version: 1\\nupload: forged" in done.stdout and "\nupload: forged" not in done.stdout


def test_an_upload_goes_on_without_a_place_for_its_receipt(merged: Any, standin: StandIn) -> None:
    standin.fail("schema:hang:1")
    fork, event = merged
    runner = Runner(fork.root, fork.root.parent / "runner")
    command, environ = runner.prepare(event, inputs_of(standin))
    with subprocess.Popen(command, cwd=fork.root, env=environ, stdout=subprocess.PIPE, text=True) as process:
        wait_until(lambda: "schema" in operations(standin), process)
        (runner.folder / "output").unlink()
        said, _ = process.communicate(timeout=LONGEST_SECONDS)
    assert "Upload success." in said and "the file of GITHUB_OUTPUT, can't be written" in said
    assert process.returncode == 2 and operations(standin).count("upload") == 1


def test_the_command_prints_the_receipt_and_resumes_it(merged: Any, standin: StandIn) -> None:
    standin.fail("status:expire")
    key = standin.state.key
    done = command(merged, standin, "deploy", "--deployment", "api", "--quiet")
    assert done.returncode == 4 and "Receipt: receipt-1" in done.stdout
    standin.state.key = key
    resumed = command(merged, standin, "deploy", "--deployment", "api", "--resume", "receipt-1")
    assert (resumed.returncode, operations(standin).count("upload")) == (0, 1), resumed.stderr
    assert '"newRules": 3' in resumed.stdout and "Upload success" in resumed.stdout


def test_what_a_resumed_upload_was_refused_for_is_shown(merged: Any, standin: StandIn) -> None:
    standin.fail("upload:failed:" + json.dumps({"issues": ISSUES[:1]}), "status:expire")
    key = standin.state.key
    command(merged, standin, "deploy", "--deployment", "api", "--quiet")
    standin.state.key = key
    resumed = command(merged, standin, "deploy", "--deployment", "api", "--resume", "receipt-1")
    assert resumed.returncode == 4 and f"{RULE}.yml: Severity is not one" in resumed.stdout


def test_only_the_api_has_receipts_to_resume(merged: Any, standin: StandIn) -> None:
    done = command(merged, standin, "deploy", "--resume", "x", "--deployment", "local")
    assert done.returncode == 2 and "Only the API gives receipts." in done.stderr


@pytest.mark.parametrize("flag", [("--api-token", "my-secret"), ("--api-token=my-secret",)])
@pytest.mark.parametrize("name", ["deploy", "delete", "test"])
def test_the_token_is_no_flag_and_not_quoted(
    flag: tuple[str, ...], name: str, merged: Any, standin: StandIn
) -> None:
    done = command(merged, standin, name, *flag)
    assert done.returncode == 2 and "set PANTHER_API_TOKEN" in done.stderr
    assert "my-secret" not in done.stderr and operations(standin) == []


@pytest.mark.parametrize("receipt", ["", " "])
def test_without_a_receipt_nothing_is_resumed_and_nothing_sent(
    receipt: str, merged: Any, standin: StandIn
) -> None:
    done = command(merged, standin, "deploy", "--resume", receipt, "--deployment", "api")
    assert done.returncode == 2 and "There is no receipt" in done.stderr
    assert operations(standin) == []


@pytest.mark.parametrize(
    ("variables", "code", "words"),
    [
        ({}, 0, "Connected to Panther API at 127.0.0.1."),
        ({"PANTHER_API_TOKEN": ""}, 2, "There is no API token."),
        ({"PANTHER_API_TOKEN": "wrong"}, 4, "doesn't accept the API token (403)"),
        ({"PANTHER_API_HOST": "http://acme.example/x"}, 2, "others could read the token"),
        ({"PANTHER_API_HOST": "acme.invalid"}, 4, "the name of the host is unknown"),
        (
            {"PANTHER_API_HOST": "a.example", "https_proxy": "http://me:pw@127.0.0.1:9"},
            4,
            "the proxy can't",
        ),
    ],
)
def test_the_connection_is_checked(
    variables: Mapping[str, str], code: int, words: str, merged: Any, standin: StandIn
) -> None:
    done = command(merged, standin, "check-connection", "--deployment", "api", **variables)
    assert (done.returncode, words in done.stdout + done.stderr) == (code, True), done.stdout + done.stderr
    assert "pw" not in done.stderr and len(done.stderr.splitlines()) <= 2


# Before the merge ----------------------------------------------------------------------------------


def validate(
    fork: Fork, event: Event, standin: StandIn, **more: str
) -> tuple["subprocess.CompletedProcess[str]", dict[str, str], str]:
    given = {"validate": "true", "deploy-branches": ""} | more
    return deploy((fork, event), standin, **given)


def merge_group(fork: Fork, event: Event) -> Event:
    base = fork.git("rev-parse", f"{event.sha}^1")
    group = {"base_sha": base, "head_sha": event.sha, "head_ref": "refs/heads/gh-readonly-queue/main/pr-1-x"}
    payload = {"action": "checks_requested", "merge_group": group, "repository": {"full_name": "demo/fork"}}
    return replace(event, name="merge_group", ref=group["head_ref"], payload=payload)


@pytest.mark.parametrize("make", [lambda fork, event: event, merge_group], ids=["push", "merge group"])
def test_what_the_deployment_would_refuse_rejects(make: Any, merged: Any, standin: StandIn) -> None:
    standin.fail("validate:issues:" + json.dumps(ISSUES))
    fork, event = merged
    reports = {f"{name}-path": f"../{name}" for name in ("junit", "sarif", "html")}
    done, outputs, summary = validate(fork, make(fork, event), standin, **reports)
    assert (done.returncode, outputs["verdict"]) == (1, "rejected"), done.stdout
    assert re.search(rf"::error file={RULE}\.yml,line=\d+,.*Severity is not one", done.stdout)
    assert "deployment-issue" in done.stdout and "Severity is not one" in summary
    assert all("it has no id" in (fork.root.parent / name).read_text() for name in ("junit", "sarif", "html"))
    assert operations(standin) == ["validate", "validation"] and standin.state.entities == {}


def test_the_whole_repository_is_validated_though_only_the_change_is_judged(
    merged: Any, standin: StandIn
) -> None:
    done, outputs, _ = validate(*merged, standin)
    assert (done.returncode, outputs["selected"]) == (0, "1"), done.stdout
    (call,) = [call for call in standin.state.calls if call.operation == "validate"]
    entities = standin.state._unpack(call.variables["input"]["data"])
    deploy(merged, standin)
    assert {entity.key for entity in entities} == set(standin.state.entities) and len(entities) > 6


def test_a_pull_request_is_never_validated(merged: Any, standin: StandIn) -> None:
    fork, _ = merged
    fork.start_branch(f"proposal-{id(standin)}")
    fork.replace(f"{RULE}.py", "def rule", "# Proposed.\ndef rule")
    fork.commit("Propose")
    done, outputs, summary = validate(fork, fork.pull_request(9), standin)
    assert (done.returncode, outputs["verdict"], operations(standin)) == (0, "accepted", []), done.stdout
    assert "people without write access" in summary.partition("Accepted")[2]


def test_a_run_without_a_token_says_that_nothing_was_validated(merged: Any, standin: StandIn) -> None:
    done, _, summary = validate(*merged, standin, **{"api-token": ""})
    assert done.returncode == 0 and "There is no API token" in summary and operations(standin) == []


def test_no_answer_to_the_question_is_no_acceptance(merged: Any, standin: StandIn) -> None:
    standin.fail("validate:reset")
    done, _, summary = validate(*merged, standin)
    assert done.returncode == 4 and "Nothing was validated" in summary
    assert "passed" in done.stdout


def test_a_user_validates_without_deploying(merged: Any, standin: StandIn) -> None:
    standin.fail("validate:issues:" + json.dumps(ISSUES[:1]))
    done = command(merged, standin, "test", "--quiet", "--validate")
    assert done.returncode == 1 and f"{RULE}.yml:" in done.stdout, done.stdout
    assert "[deployment-issue]" in done.stdout and standin.state.entities == {}
