"""What the whole action says and leaves behind when a deployment to Lambda goes wrong."""

import importlib.util
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml

from demo.fork import Event, Fork
from demo.runner import Runner
from tests.commands import start_action

KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLEEXAMPLE00", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}
REGION = {"AWS_REGION": "eu-west-3"}
ROLE = {"role-to-assume": "arn:aws:iam::123456789012:role/deploy"}
WITH_OIDC = {"ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer"}


@pytest.fixture(scope="module")
def standin() -> Any:
    path = Path(__file__).parent / "deployments" / "standin.py"
    spec = importlib.util.spec_from_file_location("standin", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def deployment(standin: Any) -> Iterator[Any]:
    with standin.StandIn() as serving:
        yield serving


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fork, Event]:
    fork = Fork.create(tmp_path_factory.mktemp("mishaps") / "fork")
    fork.start_branch("change")
    fork.replace("globals/aws_cloudtrail_events.py", '"""', '"""Reviewed. ')
    fork.commit("Touch a helper")
    return fork, fork.merge(1)


def deploy(
    pushed: tuple[Fork, Event], deployment: Any, variables: Mapping[str, str], inputs: Mapping[str, str]
) -> tuple["subprocess.CompletedProcess[str]", dict[str, str]]:
    """Run the action on the push; what it printed and its outputs."""
    fork, event = pushed
    runner = Runner(fork.root, fork.root.parent / "runner")
    (fork.root / "panther-ci-junit.xml").unlink(missing_ok=True)
    around = {
        "AWS_ENDPOINT_URL": deployment.url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": deployment.token_url,
    }
    runner = replace(runner, variables=around | dict(variables))
    done = start_action(runner, event, {"deployment": "lambda", **inputs})
    text = (runner.folder / "output").read_text()
    return done, _outputs(text)


def _outputs(text: str) -> dict[str, str]:
    found = re.findall(r"^([a-z0-9-]+)<<(\w+)\n(.*?)\n?\2$", text, re.MULTILINE | re.DOTALL)
    return {name: value for name, _, value in found}


READY = {**KEYS, **REGION}
# What goes wrong, the variables and inputs of the run, how often the function was invoked, and what is said.
MISHAPS: dict[str, tuple[str, dict[str, str], dict[str, str], int, str]] = {
    "no credentials": ("", REGION, {}, 0, "There are no AWS credentials."),
    "no region": ("", KEYS, {}, 0, "The AWS region isn't known."),
    "expired token": ("aws:403:ExpiredTokenException", READY, {}, 0, "expired"),
    "access denied": ("aws:403:AccessDeniedException", READY, {}, 0, "lambda:InvokeFunction"),
    "wrong region": ("", READY, {"function-name": "elsewhere"}, 0, "aws-region"),
    "function error": ("function-error:out of memory", READY, {}, 1, "out of memory"),
    "no answer": ("close", READY, {}, 1, "closed the connection without an answer"),
    "400": ("status:400:a body is missing", READY, {}, 1, "a body is missing"),
    "409": ("status:409:wrong type", READY, {}, 1, "wrong type"),
    "empty 500": ("status:500", READY, {}, 1, "500"),
    "garbage": ("answer:<html>", READY, {}, 1, "answer can't be read"),
    "role refused": ("sts:403:AccessDenied", {**REGION, **WITH_OIDC}, ROLE, 0, "role"),
}


@pytest.mark.parametrize("mishap", MISHAPS)
def test_a_mishap_is_told_and_leaves_the_verdict(
    pushed: tuple[Fork, Event], deployment: Any, mishap: str
) -> None:
    fault, variables, inputs, invocations, words = MISHAPS[mishap]
    deployment.fail(*filter(None, [fault]))
    done, outputs = deploy(pushed, deployment, variables, inputs)
    assert (done.returncode, words in done.stdout) == (4, True), done.stdout
    assert done.stdout.count("::error") == 1, done.stdout
    assert "Traceback" not in done.stdout and "not-a-secret" not in done.stdout
    assert (outputs["verdict"], outputs["deployed"]) == ("accepted", "false")
    assert len(deployment.invocations) == invocations
    assert JUnitXml.fromfile(str(pushed[0].root / "panther-ci-junit.xml")).tests == int(outputs["passed"])


@pytest.mark.parametrize(
    ("fault", "variables", "inputs", "key"),
    [
        ("throttle", READY, {}, KEYS["AWS_ACCESS_KEY_ID"]),
        ("", {**REGION, **WITH_OIDC}, ROLE, "ASIAROLEROLEROLEROLE"),
    ],
    ids=["throttled once", "role assumed by OIDC"],
)
def test_an_upload_that_was_surely_not_taken_is_made_once(
    pushed: tuple[Fork, Event],
    deployment: Any,
    fault: str,
    variables: dict[str, str],
    inputs: dict[str, str],
    key: str,
) -> None:
    deployment.fail(*filter(None, [fault]))
    done, outputs = deploy(pushed, deployment, variables, inputs)
    assert (done.returncode, outputs["deployed"]) == (0, "true"), done.stdout
    assert [each.access_key for each in deployment.invocations] == [key]
    assert json.loads(outputs["deployment-summary"])["totalRules"] > 0


@pytest.mark.parametrize("more", [{}, {"dry-run": "true"}], ids=["deployed", "dry run"])
def test_what_the_wire_leaves_out_is_in_the_log_and_in_the_summary(
    tmp_path: Path, deployment: Any, more: dict[str, str]
) -> None:
    fork = Fork.create(tmp_path / "fork")
    fork.start_branch("pack")
    (fork.root / "pack.yml").write_text("AnalysisType: pack\nPackID: P\nPackDefinition: {IDs: []}\n")
    fork.commit("Add a pack")
    done, _ = deploy((fork, fork.merge(1)), deployment, READY, more)
    told = "Not deployed (type not accepted by the target): 1 pack."
    assert (done.returncode, told in done.stdout) == (0, True), done.stdout
    assert told in (tmp_path / "runner" / "summary").read_text()


@pytest.mark.parametrize("more", [{}, {"dry-run": "true"}, {"deployment": "none", "output-path": "out"}])
def test_what_is_not_deployed_because_of_its_status_is_in_the_log_and_in_the_summary(
    tmp_path: Path, deployment: Any, more: dict[str, str]
) -> None:
    fork = Fork.create(tmp_path / "fork")
    fork.start_branch("deprecate")
    (spec,) = fork.root.rglob("aws_cloudtrail_root_activity.yml")
    spec.write_text(f"{spec.read_text()}Status: Deprecated\n")
    fork.commit("Deprecate a rule")
    done, _ = deploy((fork, fork.merge(1)), deployment, READY, more)
    assert done.returncode == 0, done.stdout
    summary = (tmp_path / "runner" / "summary").read_text()
    for told in ("Not deployed (Status experimental or deprecated): 1 spec.", "deprecated is not deployed."):
        assert (told in done.stdout, told in summary) == (True, True)
