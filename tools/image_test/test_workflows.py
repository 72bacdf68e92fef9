"""The workflows of templates and guides, run by act; only the actions of others are stand-ins."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.deployments.standin import StandIn
from tests.guides import ROOT, Block, read_workflows
from tools.api_standin.server import StandIn as ApiStandIn
from tools.image_test.act import Act, Fork, serve
from tools.image_test.engine import Engine
from tools.image_test.step import Event, merge_group, pull_request, push

BODY = "analysis/policies/s3/aws_s3_bucket_encryption.py"
ZEROS = "0" * 40
# A host that the guides give as an example; act is given the stand-in's instead.
HOST = "acme.runpanther.net"


@pytest.fixture(scope="module")
def socket(engine: Engine) -> Iterator[Path]:
    with serve(engine) as path:
        yield path


@pytest.fixture
def act(engine: Engine, image: str, socket: Path) -> Act:
    return Act(engine, image, socket)


@pytest.fixture
def fork(image: str, tmp_path: Path) -> Fork:
    return Fork.create(tmp_path, image)


WRONG = {BODY: "def policy(resource):\n    return None\n"}


def test_a_right_pull_request_passes(act: Act, fork: Fork, tmp_path: Path) -> None:
    text = (fork.checkout.folder / BODY).read_text(encoding="utf-8")
    head = fork.checkout.propose({BODY: text + "# A comment.\n"})
    fork.publish()
    done = act.run(fork, pull_request(fork.checkout, head), "check.yml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    reports = {path.name for path in (fork.artifacts / "reports").iterdir()}
    assert reports == {"panther-ci-junit.xml", "panther-ci.html"}


def test_a_wrong_pull_request_fails_even_if_it_opens_the_gate(act: Act, fork: Fork, tmp_path: Path) -> None:
    opened = {"entrypoint.py": "print('let through')\n", "action.yml": "name: x\nruns: {using: node20}\n"}
    head = fork.checkout.propose(WRONG | opened)
    fork.publish()
    done = act.run(fork, pull_request(fork.checkout, head), "check.yml", tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert BODY.replace(".py", ".yml") in done.stdout
    assert "let through" not in done.stdout


def test_a_push_to_master_deploys_the_library_once(act: Act, fork: Fork, tmp_path: Path) -> None:
    settings = {"AWS_REGION": "eu-central-1", "AWS_ROLE_TO_ASSUME": "arn:aws:iam::123456789012:role/ci"}
    with StandIn() as deployment:
        act = replace(act, variables={"AWS_ENDPOINT_URL": deployment.url}, settings=settings)
        done = act.run(fork, push(fork.checkout, "refs/heads/master", ZEROS), "deploy.yml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [each.access_key for each in deployment.invocations] == ["ASIAEXAMPLEEXAMPLE12"]
    assert list((fork.artifacts / "deployed/deployed").glob("*.zip"))


RULE = "rules/written/first.yml"
WRITTEN = {
    RULE: """\
AnalysisType: rule
RuleID: Written.First
Filename: written_first.py
Enabled: true
Severity: High
LogTypes: [AWS.CloudTrail]
Tests:
  - Name: It alerts
    ExpectedResult: true
    Log: {eventName: First}
""",
    "rules/written/written_first.py": "def rule(event):\n    return False\n",
}


def list_blocks(*words: str) -> list[Block]:
    """The workflows of the guides that use the published image and contain these words."""
    found = [block for block in read_workflows() if "uses: panther-labs/panther-ci@v1" in block.text]
    return [block for block in found if all(word in block.text for word in words)]


@pytest.mark.parametrize("block", list_blocks("pull_request"), ids=lambda block: block.name)
def test_a_check_of_the_guides_annotates_a_wrong_pull_request(act: Act, block: Block, tmp_path: Path) -> None:
    fork = Fork.of_library(tmp_path, {"check.yml": block.text})
    head = fork.checkout.propose(WRITTEN)
    fork.publish()
    done = act.run(fork, pull_request(fork.checkout, head), "check.yml", tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"::error file={RULE},line=8" in done.stdout, done.stdout


@pytest.mark.parametrize("block", list_blocks("api-token"), ids=lambda block: block.name)
def test_a_workflow_of_the_guides_reaches_the_deployment(act: Act, block: Block, tmp_path: Path) -> None:
    with ApiStandIn() as standin:
        fork = Fork.of_library(tmp_path, {"api.yml": block.text.replace(HOST, standin.url)})
        before = fork.checkout.head()
        fork.checkout.commit({"README.md": "Hello\n"}, "Add a page")
        fork.publish()
        event = push(fork.checkout, "refs/heads/main", ZEROS)
        if "merge_group" in block.text:
            event = merge_group(fork.checkout, before)
        act = replace(act, secrets={"PANTHER_API_TOKEN": standin.state.key})
        done = act.run(fork, event, "api.yml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    calls = {call.operation for call in standin.state.calls}
    assert ("upload" in calls, "validate" in calls) == (event.name == "push", event.name != "push")


def test_the_role_of_the_readme_deploys(act: Act, tmp_path: Path) -> None:
    (block,) = list_blocks("role-to-assume")
    fork = Fork.of_library(tmp_path, {"deploy.yml": block.text})
    with StandIn() as deployment:
        variables = {
            "AWS_ENDPOINT_URL": deployment.url,
            "ACTIONS_ID_TOKEN_REQUEST_URL": deployment.token_url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "not-a-token",
        }
        act = replace(act, variables=variables)
        done = act.run(fork, push(fork.checkout, "refs/heads/main", ZEROS), "deploy.yml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (len(deployment.roles), len(deployment.invocations)) == (1, 1)


def test_every_workflow_of_the_guides_is_run() -> None:
    run = {
        block.name
        for words in ("pull_request", "api-token", "role-to-assume")
        for block in list_blocks(words)
    }
    (rest,) = [block for block in read_workflows() if block.name not in run]
    # test_a_wrong_pull_request_fails_even_if_it_opens_the_gate runs the template that it is.
    assert "uses: ./.panther-ci" in rest.text


@pytest.mark.parametrize("name", ["check.yml", "deploy-with-token.yml"])
def test_a_template_for_copies_fails_in_a_library_with_a_dockerfile_of_its_own(
    act: Act, tmp_path: Path, name: str
) -> None:
    fork = Fork.of_library(
        tmp_path, {name: (ROOT / "templates/workflows" / name).read_text(encoding="utf-8")}
    )
    event = push(fork.checkout, "refs/heads/main", ZEROS)
    if name == "check.yml":
        event = pull_request(fork.checkout, fork.checkout.propose({"README.md": "Hello\n"}))
        fork.publish()
    done = act.run(fork, event, name, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Failure - Main test -f " in done.stdout, done.stdout


def test_the_templates_for_anywhere_deploy_and_keep_the_manifest(act: Act, tmp_path: Path) -> None:
    text = (ROOT / "templates/anywhere/deploy.yml").read_text(encoding="utf-8")
    fork = Fork.of_library(tmp_path, {"deploy.yml": text})
    with ApiStandIn() as standin:
        settings = {"PANTHER_API_HOST": standin.url}
        act = replace(act, settings=settings, secrets={"PANTHER_API_TOKEN": standin.state.key})
        done = act.run(fork, push(fork.checkout, "refs/heads/main", ZEROS), "deploy.yml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    kept = fork.checkout.git(
        "-C", str(fork.remote), "show", "refs/panther-ci/deployed/production:manifest.json"
    )
    assert fork.checkout.head() in kept


def test_the_newest_release_of_the_library_is_proposed(act: Act, tmp_path: Path) -> None:
    text = (ROOT / "templates/workflows/upstream-sync.yml").read_text(encoding="utf-8")
    fork = Fork.of_library(tmp_path, {"upstream-sync.yml": text})
    fork.checkout.git("clone", "--quiet", str(fork.checkout.folder), str(fork.artifacts / "library"))
    library = replace(fork.checkout, folder=fork.artifacts / "library")
    released = library.commit({"README.md": "Newer\n"}, "Release")
    library.git("tag", "v3.111.0")
    event = Event("workflow_dispatch", {"repository": {"default_branch": "main"}}, {})
    act = replace(
        act, settings={"UPSTREAM_URL": "/artifacts/library"}, secrets={"UPSTREAM_SYNC_TOKEN": "none"}
    )
    done = act.run(fork, event, "upstream-sync.yml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert fork.checkout.git("-C", str(fork.remote), "rev-parse", "upstream/v3.111.0") == released
    assert "pr create --base main --head upstream/v3.111.0" in (fork.artifacts / "gh.log").read_text()
