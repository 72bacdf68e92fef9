"""Runs of the action in its container, by event, as GitHub would see them."""

import json
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from xml.etree import ElementTree

from tests.deployments.standin import StandIn
from tests.family import wait_for, wait_for_loop
from tests.sources import write_source
from tools.image_test.checkout import BODY, Checkout, write_rule
from tools.image_test.conftest import RunStep
from tools.image_test.engine import Container, Engine
from tools.image_test.step import WATCHWORD, Step, merge_group, prepare_container, pull_request, push
from tools.loopback import LoopbackServer

ALPHA = "rules/alpha.py"
WRONG = 'def rule(event):\n    return event.get("user") == "nobody"\n'
RAISING = 'def rule(event):\n    user = event.get("user")\n    return user.missing\n'
PLANTED = 'raise SystemExit("a module of the pull request was imported")\n'
ZEROS = "0" * 40
# What starting an empty container takes on a quiet machine of two cores; a busy one is granted more.
QUIET_START_SECONDS = 0.2


def keys_for(deployment: StandIn) -> dict[str, str]:
    """The environment configure-aws-credentials leaves, with the stand-in for AWS."""
    return {
        "AWS_ACCESS_KEY_ID": "AKIAEXAMPLEEXAMPLE12",
        "AWS_SECRET_ACCESS_KEY": "not-a-secret-but-as-long-as-one-is-000000",
        "AWS_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": deployment.url,
    }


def deploying(checkout: Checkout, ref: str, deployment: StandIn, **inputs: str) -> Step:
    """A step on a push with all it needs to deploy."""
    event = push(checkout, ref, ZEROS)
    return Step(event, checkout, inputs, keys_for(deployment), network="host")


def cases_in(path: Path) -> list[tuple[str, str]]:
    """The cases of a JUnit report as (class, name)."""
    found = ElementTree.parse(path).iter("testcase")  # noqa: S314 - written by our own program
    return [(case.get("classname", ""), case.get("name", "")) for case in found]


def test_a_right_pull_request_is_accepted(checkout: Checkout, run: RunStep) -> None:
    head = checkout.propose({ALPHA: "# A comment.\n" + BODY.format(name="Alpha")})
    ended = run(Step(pull_request(checkout, head), checkout))
    assert (ended.code, ended.annotations) == (0, ()), ended.log
    outputs = {name: ended.outputs[name] for name in ("verdict", "selected", "passed", "failed", "deployed")}
    assert outputs == {
        "verdict": "accepted",
        "selected": "1",
        "passed": "2",
        "failed": "0",
        "deployed": "false",
    }
    assert {name for name, _ in cases_in(ended.workspace / ended.outputs["junit-path"])} == {"Example.Alpha"}
    assert "accepted" in ended.summary.lower()


def test_a_wrong_verdict_is_annotated_at_the_return_that_the_change_wrote(
    checkout: Checkout, run: RunStep
) -> None:
    head = checkout.propose({ALPHA: WRONG})
    ended = run(Step(pull_request(checkout, head), checkout))
    assert (ended.code, ended.outputs["verdict"], ended.outputs["failed"]) == (1, "rejected", "1"), ended.log
    assert [(each.kind, each.file, each.line) for each in ended.annotations] == [
        ("error", "rules/alpha.py", "2")
    ]
    assert "Alpha signs in" in ended.summary


def test_an_exception_is_annotated_at_the_line_that_raised_it(checkout: Checkout, run: RunStep) -> None:
    head = checkout.propose({ALPHA: RAISING})
    ended = run(Step(pull_request(checkout, head), checkout))
    assert (ended.code, ended.outputs["errored"]) == (1, "2"), ended.log
    assert {(each.file, each.line) for each in ended.annotations} == {(ALPHA, "3")}


def test_a_shallow_checkout_judges_everything_and_says_so(
    checkout: Checkout, run: RunStep, tmp_path: Path
) -> None:
    head = checkout.propose({ALPHA: WRONG})
    shallow = checkout.clone(tmp_path / "shallow", depth=1)
    ended = run(Step(pull_request(shallow, head), shallow))
    assert (ended.code, ended.outputs["selected"]) == (1, "2"), ended.log
    assert "isn't in this clone" in ended.summary


def test_a_checkout_of_depth_two_is_enough(checkout: Checkout, run: RunStep, tmp_path: Path) -> None:
    head = checkout.propose({ALPHA: WRONG})
    shallow = checkout.clone(tmp_path / "shallow", depth=2)
    ended = run(Step(pull_request(shallow, head), shallow))
    assert (ended.code, ended.outputs["selected"]) == (1, "1"), ended.log


def test_a_fork_is_judged_although_its_token_may_only_read(checkout: Checkout, run: RunStep) -> None:
    head = checkout.propose({ALPHA: WRONG})
    with refuse_all() as address:
        environment = {"GITHUB_API_URL": address}
        event = pull_request(checkout, head, fork=True)
        ended = run(Step(event, checkout, {"annotations": "checks"}, environment, network="host"))
    assert "the token may not do that" in ended.log
    errors = [each for each in ended.annotations if each.kind == "error"]
    assert (ended.code, [each.file for each in errors]) == (1, ["rules/alpha.py"]), ended.log


class Refusal(BaseHTTPRequestHandler):
    """Answers as GitHub does to a token that may not write."""

    def do_POST(self) -> None:
        body = b'{"message": "Resource not accessible by integration"}'
        self.send_response(403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815 - the name is http.server's

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@contextmanager
def refuse_all() -> Iterator[str]:
    """GitHub's API for a token that may only read; gives its address."""
    with LoopbackServer(0, Refusal) as server:
        yield server.address


def test_a_merge_group_is_judged_and_not_deployed(
    checkout: Checkout, run: RunStep, deployment: StandIn
) -> None:
    base = checkout.head()
    checkout.propose({ALPHA: "# A comment.\n" + BODY.format(name="Alpha")})
    event = merge_group(checkout, base)
    ended = run(Step(event, checkout, {}, keys_for(deployment), network="host"))
    assert (ended.code, ended.outputs["selected"]) == (0, "1"), ended.log
    assert deployment.invocations == []


def test_a_push_to_master_is_deployed_once(checkout: Checkout, run: RunStep, deployment: StandIn) -> None:
    ended = run(deploying(checkout, "refs/heads/master", deployment))
    assert (ended.code, ended.outputs["deployed"]) == (0, "true"), ended.log
    assert [each.sha256 for each in deployment.invocations] == [ended.outputs["archive-sha256"]]
    assert json.loads(ended.outputs["deployment-summary"])["newRules"] == 2
    assert sorted(entity.id for entity in deployment.entities.values()) == ["Example.Alpha", "Example.Beta"]


def test_a_tag_is_deployed(checkout: Checkout, run: RunStep, deployment: StandIn) -> None:
    ended = run(deploying(checkout, "refs/tags/v1.0.0", deployment))
    assert (ended.code, len(deployment.invocations)) == (0, 1), ended.log


def test_another_branch_is_judged_and_not_deployed(
    checkout: Checkout, run: RunStep, deployment: StandIn
) -> None:
    ended = run(deploying(checkout, "refs/heads/feature", deployment))
    assert (ended.code, deployment.invocations) == (0, []), ended.log


def test_nothing_is_deployed_when_one_rule_is_wrong(
    checkout: Checkout, run: RunStep, deployment: StandIn
) -> None:
    checkout.commit({"rules/beta.py": WRONG}, "Break a rule")
    ended = run(deploying(checkout, "refs/heads/master", deployment))
    assert (ended.code, deployment.invocations) == (1, []), ended.log
    assert ended.outputs["deployed"] == "false"


def test_a_deployment_that_fails_is_told_in_its_own_words(
    checkout: Checkout, run: RunStep, deployment: StandIn
) -> None:
    deployment.fail("function-error:the pack is too rich")
    ended = run(deploying(checkout, "refs/heads/master", deployment))
    assert (ended.code, len(deployment.invocations)) == (4, 1), ended.log
    assert "the pack is too rich" in ended.log


def test_a_role_is_assumed_with_the_token_of_the_workflow(
    checkout: Checkout, run: RunStep, deployment: StandIn
) -> None:
    role = "arn:aws:iam::123456789012:role/deploy"
    environment = {
        "AWS_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": deployment.url,
        "ACTIONS_ID_TOKEN_REQUEST_URL": deployment.token_url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": WATCHWORD,
    }
    event = push(checkout, "refs/heads/master", ZEROS)
    ended = run(Step(event, checkout, {"role-to-assume": role}, environment, network="host"))
    assert (ended.code, [each.role for each in deployment.roles]) == (0, [role]), ended.log
    assert len(deployment.invocations) == 1
    assert WATCHWORD not in ended.log


def test_events_that_hand_secrets_to_pull_requests_are_refused(checkout: Checkout, run: RunStep) -> None:
    event = pull_request(checkout, checkout.propose({ALPHA: WRONG}))
    ended = run(Step(type(event)("pull_request_target", event.payload, event.variables), checkout))
    assert ended.code == 2, ended.log
    assert "allow-unsafe-events" in ended.log


def test_modules_planted_in_the_workspace_are_not_imported(checkout: Checkout, run: RunStep) -> None:
    names = ("json", "yaml", "os", "sitecustomize", "panther_ci", "encodings/__init__", "rules/json")
    head = checkout.propose({f"{name}.py": PLANTED for name in names} | {ALPHA: WRONG})
    ended = run(Step(pull_request(checkout, head), checkout))
    assert "was imported" not in ended.log
    assert (ended.code, ended.outputs["failed"]) == (1, "1"), ended.log


def test_a_body_finds_no_secret_and_no_way_out(checkout: Checkout, run: RunStep) -> None:
    curious = (Path(__file__).parent / "curious_body.py").read_text(encoding="utf-8")
    head = checkout.propose({ALPHA: curious})
    ended = run(Step(pull_request(checkout, head), checkout, environment={"OTHER_SECRET": WATCHWORD}))
    assert WATCHWORD not in ended.log + ended.summary
    assert (ended.code, ended.outputs["passed"]) == (0, "2"), ended.log


def test_a_package_that_a_deployment_offers_needs_no_requirements(checkout: Checkout, run: RunStep) -> None:
    body = """import pycountry
from panther_detection_helpers import caching


def rule(event):
    return bool(caching) and pycountry.countries.get(alpha_2="DE").name == "Germany"
"""
    head = checkout.propose({ALPHA: body})
    ended = run(Step(pull_request(checkout, head), checkout))
    assert ended.outputs["errored"] == "0", ended.log
    assert "is not installed" not in ended.log


def test_a_package_named_by_requirements_can_be_imported(
    checkout: Checkout, run: RunStep, tmp_path: Path
) -> None:
    wheelhouse = tmp_path / "wheelhouse"
    write_wheel(wheelhouse)
    body = 'import favourite\n\n\ndef rule(event):\n    return event.get("user") == favourite.USER\n'
    head = checkout.propose({ALPHA: body, "requirements.txt": "favourite==1.0\n"})
    environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/wheelhouse"}
    inputs = {"requirements": "requirements.txt"}
    step = Step(
        pull_request(checkout, head), checkout, inputs, environment, mounts={wheelhouse: "/wheelhouse:ro"}
    )
    ended = run(step)
    assert (ended.code, ended.outputs["errored"]) == (0, "0"), ended.log


def test_a_package_without_a_wheel_is_built_where_that_is_allowed(
    checkout: Checkout, run: RunStep, tmp_path: Path
) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    write_source(sources, ["os.getuid()"])
    body = """import demo_src


def rule(event):
    return event.get("user") == "Alpha" and demo_src.RESULTS == {"os.getuid()": "61000"}
"""
    head = checkout.propose({ALPHA: body, "requirements.txt": "demo-src==1.0\n"})
    environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/sources"}
    inputs = {"requirements": "requirements.txt", "requirements-build": "true"}
    step = Step(pull_request(checkout, head), checkout, inputs, environment, mounts={sources: "/sources:ro"})
    ended = run(step)
    assert (ended.code, ended.outputs["errored"]) == (0, "0"), ended.log


def write_wheel(folder: Path) -> None:
    """A wheel of one module, `favourite`, in which USER is Alpha."""
    folder.mkdir()
    metadata = "Metadata-Version: 2.1\nName: favourite\nVersion: 1.0\n"
    wheel = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / "favourite-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr("favourite.py", 'USER = "Alpha"\n')
        archive.writestr("favourite-1.0.dist-info/METADATA", metadata)
        archive.writestr("favourite-1.0.dist-info/WHEEL", wheel)
        archive.writestr("favourite-1.0.dist-info/RECORD", "")


def test_a_cancelled_run_ends_at_once_and_still_reports(
    engine: Engine, image: str, checkout: Checkout, tmp_path: Path
) -> None:
    head = checkout.propose({ALPHA: "def rule(event):\n    while True:\n        pass\n"})
    folder = tmp_path / "runner"
    folder.mkdir()
    step = Step(pull_request(checkout, head), checkout, {"timeout-seconds": "60"})
    container = prepare_container(image, step, folder)
    named = replace(container, options=(*container.options, f"--name={tmp_path.name}"))
    with ThreadPoolExecutor() as pool:
        running = pool.submit(engine.run, named)
        assert wait_for_loop(wait_for(lambda: find_program(engine, tmp_path.name)))
        cancelled = time.perf_counter()
        engine.call("kill", "--signal=INT", tmp_path.name)
        ended = running.result()
        seconds = time.perf_counter() - cancelled
    # GitHub waits for 7.5 s before it asks less kindly (actions/runner).
    assert seconds < 7.5, ended
    assert ended.code == 1, ended
    assert cases_in(checkout.folder / "panther-ci-junit.xml") != []


def find_program(engine: Engine, name: str) -> int:
    """The process that a container of this name runs; 0 before there is one."""
    return int(engine.call("ps", f"--filter=name=^{name}$", "--format={{.Pid}}").strip() or 0)


def test_the_verdict_on_one_rule_comes_within_a_second_and_a_half(
    engine: Engine, image: str, checkout: Checkout, run: RunStep
) -> None:
    many = {path: text for index in range(100) for path, text in write_rule(f"Rule{index}").items()}
    checkout.commit(many, "Add a hundred rules")
    head = checkout.propose({ALPHA: WRONG})
    step = Step(pull_request(checkout, head), checkout)
    bare = Container(image, options=("--network=none", "--entrypoint=python"), arguments=("-c", ""))
    rounds = [(timed(lambda: engine.run(bare)), timed(lambda: run(step))) for _ in range(3)]
    start, verdict = (min(seconds) for seconds in zip(*rounds, strict=True))
    print(f"start to verdict: {verdict:.2f} s, of which an empty container takes {start:.2f} s")
    assert verdict < 1.5 * max(1.0, start / QUIET_START_SECONDS)


def timed(act: Callable[[], object]) -> float:
    """Seconds that something takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
