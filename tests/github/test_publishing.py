"""What the action shows on GitHub, through a stand-in of its API."""

import re
import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from demo.fork import Event, Fork
from demo.runner import Done, Runner
from panther_ci.action import open_api
from panther_ci.github.api import Api, ApiError
from panther_ci.inputs import Inputs
from tests.commands import start_action
from tests.family import LONGEST_SECONDS, wait_for, wait_for_loop
from tests.peers import serve

RULE = "rules/aws_cloudtrail_root_activity.py"


def breaking(fork: Fork) -> Event:
    fork.start_branch("change")
    fork.replace(RULE, '"userIdentity", "type"', '"userIdentity", "typ"')
    fork.commit("Break a rule")
    return fork.pull_request(7)


def run(fork: Fork, api: Api, event: Event, **inputs: str) -> Done:
    runner = Runner(
        fork.root, fork.root.parent / "runner", {"GITHUB_API_URL": api.url, "GITHUB_REPOSITORY": "org/repo"}
    )
    return start_action(runner, event, {"github-token": "secret", **inputs})


def test_a_check_run_carries_every_annotation(fork: Fork, github: Any, api: Api) -> None:
    done = run(fork, api, breaking(fork), annotations="checks")
    shown = github.runs[1]
    assert (done.returncode, shown["status"], shown["conclusion"]) == (1, "completed", "failure"), done.stdout
    assert shown["head_sha"] == fork.git("rev-parse", "change")
    assert {each["path"] for each in shown["annotations"]} == {"rules/aws_cloudtrail_root_activity.py"}
    assert "::error" not in done.stdout


def test_a_summary_too_long_for_a_check_run_ends_with_a_word(fork: Fork, github: Any, api: Api) -> None:
    fork.start_branch("change")
    spec = "AnalysisType: rule\nRuleID: Long.Rule{0}\nEnabled: true\nFilename: long.py\nSeverity: Low\n"
    spec += "LogTypes: [AWS.CloudTrail]\nTests: [{{Name: c, ExpectedResult: true, Log: {{value: {0}}}}}]\n"
    for number in range(300):
        (fork.root / f"rules/long{number}.yml").write_text(spec.format(number))
    (fork.root / "rules/long.py").write_text("def rule(event):\n    return False\n")
    fork.commit("Fail often")
    done = run(fork, api, fork.pull_request(7), annotations="checks")
    shown = github.runs[1]
    told = shown["output"]["summary"]
    assert (done.returncode, len(shown["annotations"])) == (1, 300), done.stdout
    assert "**The rest is in the summary of the run.**" in told
    assert "| Specs | Passed | Failed |" in told.partition("The rest")[2]


def test_a_token_that_may_not_write_checks_falls_back_on_commands(fork: Fork, github: Any, api: Api) -> None:
    github.fail(403)
    done = run(fork, api, breaking(fork), annotations="checks")
    assert done.returncode == 1
    assert re.search(r"^::notice .*checks can't be used", done.stdout, re.MULTILINE)
    assert re.search(r"^::error file=rules/", done.stdout, re.MULTILINE)


def test_without_a_token_nobody_is_asked(fork: Fork, github: Any, api: Api) -> None:
    done = run(fork, api, breaking(fork), **{"annotations": "checks", "comment": "true", "github-token": ""})
    assert (done.returncode, github.requests) == (1, [])
    assert len(re.findall(r"^::notice .*needs a github-token", done.stdout, re.MULTILINE)) == 2
    assert re.search(r"^::error file=rules/", done.stdout, re.MULTILINE)


def test_a_check_run_is_ended_when_nothing_was_judged(fork: Fork, github: Any, api: Api) -> None:
    done = run(fork, api, breaking(fork), annotations="checks", path="missing")
    assert (done.returncode, github.runs[1]["conclusion"]) == (2, "failure")
    assert github.runs[1]["titles"] == ["Not judged"]


def test_a_signal_while_a_check_run_is_completed_still_ends_it(fork: Fork, github: Any, api: Api) -> None:
    variables = {"GITHUB_API_URL": api.url, "GITHUB_REPOSITORY": "org/repo"}
    runner = Runner(fork.root, fork.root.parent / "runner", variables)
    command, environ = runner.prepare(breaking(fork), {"annotations": "checks", "github-token": "secret"})
    github.fail(201, b'{"id": 1}')
    for _ in range(9):
        github.fail(503)
    process = subprocess.Popen(command, cwd=fork.root, env=environ, stdout=subprocess.PIPE, text=True)
    assert wait_for(lambda: len(github.requests) >= 2)
    github.failures.clear()
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=LONGEST_SECONDS)
    assert (process.returncode, github.runs[1]["status"]) == (1, "completed"), said
    assert github.runs[1]["conclusion"] == "failure"


class Silent(BaseHTTPRequestHandler):
    """A GitHub that creates a check run, answers nothing after that, and notes how long it is waited for."""

    waited: ClassVar[list[float]] = []

    def do_POST(self) -> None:
        self.send_response(201)
        self.end_headers()
        self.wfile.write(b'{"id": 1}')

    def do_PATCH(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        begun = time.monotonic()
        self.rfile.read()  # until the other side gives up
        self.waited.append(time.monotonic() - begun)

    def log_message(self, format: str, *values: Any) -> None:
        """Keep the log of the tests clean."""


def test_after_a_signal_a_silent_github_is_not_waited_for(fork: Fork) -> None:
    fork.start_branch("change")
    fork.replace(RULE, "    return (", "    while True: pass\n    return (")
    fork.commit("Loop")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    variables = {"GITHUB_API_URL": f"http://127.0.0.1:{server.server_port}"}
    runner = Runner(fork.root, fork.root.parent / "runner", variables)
    asked = {"annotations": "checks", "github-token": "secret", "timeout-seconds": "60"}
    command, environ = runner.prepare(fork.pull_request(7), asked)
    process = subprocess.Popen(command, cwd=fork.root, env=environ, stdout=subprocess.PIPE, text=True)
    assert wait_for_loop(process.pid)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=LONGEST_SECONDS)
    server.shutdown()
    server.server_close()
    # GitHub kills a run that it cancelled after 10 s.
    assert wait_for(lambda: Silent.waited)
    assert sum(Silent.waited) < 9
    assert (process.returncode, "The check run is not complete" in said) == (1, True), said
    assert (fork.root / "panther-ci-junit.xml").stat().st_size
    assert "rejected" in (runner.folder / "output").read_text()


def test_one_comment_is_kept_up_to_date(fork: Fork, github: Any, api: Api) -> None:
    event = breaking(fork)
    run(fork, api, event, comment="true")
    run(fork, api, event, comment="true")
    assert [("Rejected" in each["body"]) for each in github.comments.values()] == [True]
    assert [method for method, _ in github.requests].count("PATCH") == 1


def test_a_comment_that_is_refused_fails_nothing(fork: Fork, github: Any, api: Api) -> None:
    fork.start_branch("change")
    fork.replace(RULE, '"""', '"""Reviewed. ')
    fork.commit("Touch a rule")
    github.fail(403)
    done = run(fork, api, fork.pull_request(7), comment="true")
    assert (done.returncode, "comment could not be written" in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize(("excepted", "asked"), [("", 1), ("github.invalid", 0)])
def test_proxy_of_the_environment_is_used_and_its_password_not_shown(excepted: str, asked: int) -> None:
    with serve(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as proxy:
        environ = {
            "GITHUB_API_URL": "https://github.invalid",
            "https_proxy": f"http://me:pass%21@{proxy.address}",
            "no_proxy": excepted,
        }
        api = open_api(Inputs(github_token="secret"), environ).without_waiting(LONGEST_SECONDS)
        with pytest.raises(ApiError, match="GitHub can't be reached") as caught:
            api.send("GET", "/zen")
    assert ("407" in caught.value.message, "pass" in caught.value.message) == (bool(asked), False)
    lines = [line for request in proxy.received for line in request.split(b"\r\n")]
    assert len([line for line in lines if line.startswith(b"CONNECT github.invalid:443 ")]) == asked
    assert lines.count(b"Proxy-Authorization: Basic bWU6cGFzcyE=") == asked
