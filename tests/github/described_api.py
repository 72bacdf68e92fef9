"""What we send to GitHub, held against GitHub's own description of its API; run by `make api-test`.

`prism` (npm) serves the description and refuses what doesn't fit it. It needs half a minute to start, so this
is not part of `make test`.
"""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from panther_ci.github.api import Api, ApiError
from panther_ci.github.checks import CheckAnnotation, CheckRun, Ending
from panther_ci.github.comments import post_comment
from panther_ci.model import Level, Location
from panther_ci.web import WebClient

MODULES = Path(os.environ["NODE_MODULES"])
PORT = 4871
START_SECONDS = 120


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    description = MODULES / "@octokit/openapi/generated/api.github.com.json"
    command = [str(MODULES / ".bin/prism"), "mock", "--port", str(PORT), str(description)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_it_answers(process)
        yield Api(f"http://127.0.0.1:{PORT}", "token", WebClient({}))
    finally:
        process.terminate()
        process.wait(10)


def wait_until_it_answers(process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/zen", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    pytest.fail("prism did not start")


def annotate(count: int, level: Level = Level.ERROR) -> tuple[CheckAnnotation, ...]:
    return tuple(CheckAnnotation(level, "t", "m", Location("a.yml", line, 3)) for line in range(1, count + 1))


def start(api: Api) -> CheckRun:
    return CheckRun.start(api, "org/repo", "panther-ci", "a" * 40)


@pytest.mark.parametrize("level", list(Level))
def test_a_check_run_fits_the_description_from_start_to_end(api: Api, level: Level) -> None:
    check_run = start(api)
    check_run.show_progress("Judged 1 of 2 detections")
    assert check_run.complete(Ending(False, "Rejected", "## Rejected", annotate(120, level))) == ""


def test_longest_texts_fit(api: Api) -> None:
    long = "é" * 100_000
    annotations = (CheckAnnotation(Level.ERROR, long, long, Location("a.yml", 1)),)
    assert start(api).complete(Ending(True, long, long, annotations)) == ""


def test_the_description_refuses_what_does_not_fit(api: Api) -> None:
    annotations = [
        {"path": "a.yml", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "m"}
    ] * 51
    output = json.loads(json.dumps({"title": "t", "summary": "s", "annotations": annotations}))
    with pytest.raises(ApiError, match="422"):
        api.send("PATCH", "/repos/org/repo/check-runs/1", {"output": output})


def test_a_comment_fits(api: Api) -> None:
    assert post_comment(api, "org/repo", 1, "<!-- m -->\ntext", "<!-- m -->") == ""
