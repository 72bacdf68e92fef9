"""The stand-in serves other processes too."""

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from panther_ci.errors import DeploymentError


def call(url: str, data: bytes | None = None) -> dict:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, data) as answer:
        return json.load(answer)


def test_it_runs_as_a_program_and_tells_what_came(aws, panther, archives):
    command = [sys.executable, "-m", "tests.deployments.standin", "--fault", "throttle"]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout
            url = program.stdout.readline().strip()
            call(f"{url}/standin", json.dumps(["throttle"]).encode())
            aws.setenv("AWS_ENDPOINT_URL", url)
            panther().deploy(archives)
            report = call(f"{url}/standin")
        finally:
            program.terminate()
    assert [entry["sha256"] for entry in report["invocations"]] == [archives[0].sha256]
    assert report["ids"] == ["Aws.Root.Login"]


def test_two_uploads_at_a_time_are_refused(aws, deployment, panther, archives):
    with deployment.busy, pytest.raises(DeploymentError, match="400: another upload in progress"):
        panther().deploy(archives)
