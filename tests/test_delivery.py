"""What becomes of what was accepted: packed, kept, planned or uploaded, and what is told of each step."""

import base64
import io
import json
import os
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from panther_ci.catalogue import CheckId
from panther_ci.delivery import (
    DeliveryRequest,
    Listener,
    deliver,
    deployment_options,
    name_archives,
    open_target,
    pack,
    resume,
    upload,
    validate,
)
from panther_ci.deployments.base import Deployment, DeploymentOptions, RefusedArchiveError, Wire
from panther_ci.errors import DeploymentError, InputError, Interrupted
from panther_ci.inputs import Environment, Inputs
from panther_ci.kinds import CURRENT, AnalysisType
from panther_ci.model import DEFAULT_LIMIT, Finding, Location, PackItem, Report
from panther_ci.pipeline import Judged
from tools.api_standin.server import StandIn

SPEC = "AnalysisType: rule\nRuleID: {id}\nFilename: {id}.py\nEnabled: true\nSeverity: Low\nLogTypes: [A.B]\n"
ALL = Report((), (), judge_all_reason="asked for")


class Heard:
    """Remembers what it is told, by the names of the steps."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *told: self.told.append((name, told[0]))

    @property
    def steps(self) -> list[str]:
        return [name for name, _ in self.told]

    def find(self, step: str) -> Any:
        """What was told of a step, which was told once."""
        (told,) = (told for name, told in self.told if name == step)
        return told


def item(id: str, deployed: bool = True, kind: AnalysisType = AnalysisType.RULE, text: str = "") -> PackItem:
    spec = (text or SPEC.format(id=id)).encode()
    files = ((f"{id}.yml", spec), (f"{id}.py", b"def rule(event):\n    return True\n"))
    return PackItem(f"{id}.yml", id, kind, files, deployed=deployed)


def act(folder: Path, *items: PackItem, report: Report = ALL, **more: Any) -> Heard:
    """Deliver as inputs say; `plan_only`, `force` and `deploy` are those of the request."""
    flags = {name: more.pop(name) for name in ("plan_only", "force", "deploy") if name in more}
    heard = Heard()
    request = DeliveryRequest(Inputs(**{"deployment": "none", **more}), folder, folder, **flags)
    environment = Environment({"PATH": os.environ["PATH"]})
    deliver(Judged(report, items), request, cast(Listener, heard), environment)
    return heard


def test_nothing_is_done_where_nothing_is_asked_for(tmp_path: Path) -> None:
    assert act(tmp_path, item("A")).told == []
    assert act(tmp_path, item("A"), deployment="local", deploy=False).told == []


@pytest.mark.parametrize("inputs", [{"deployment": "local"}, {"output_path": "out"}])
def test_what_only_changed_is_never_packed(tmp_path: Path, inputs: dict[str, str]) -> None:
    heard = act(tmp_path, item("A"), report=Report((), ()), **inputs)
    assert heard.told == [("not_kept", "only what changed was judged")]
    assert [*tmp_path.iterdir()] == []


def test_archives_are_kept_with_their_manifest_without_a_deployment(tmp_path: Path) -> None:
    heard = act(tmp_path, item("A"), item("B", deployed=False), output_path="out")
    assert heard.steps == ["packed", "not_packed", "kept"]
    (archive,) = heard.find("packed")
    assert [each.id for each in archive.items] == ["A"]
    assert heard.find("kept") == ("out/panther-analysis.zip",)
    assert (tmp_path / "out/panther-analysis.zip").read_bytes() == archive.data
    manifest = json.loads((tmp_path / "out/panther-analysis.manifest.json").read_text())
    assert [each["id"] for each in manifest["not-deployed"]] == ["B"]
    assert (manifest["commit"], manifest["differs-from-commit"]) == ("", [])


def test_a_manifest_names_the_commit_and_what_differs_from_it(tmp_path: Path) -> None:
    def git(*command: str) -> str:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.com")
        done = subprocess.run(["git", *identity, *command], cwd=tmp_path, check=True, capture_output=True)
        return done.stdout.decode().strip()

    packed = item("A")
    for path, data in packed.files:
        (tmp_path / path).write_bytes(data if path.endswith(".yml") else b"before")
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "one")
    head = git("rev-parse", "HEAD")
    act(tmp_path, packed, report=replace(ALL, head=head), output_path=".")
    manifest = json.loads((tmp_path / "panther-analysis.manifest.json").read_text())
    assert (manifest["commit"], manifest["differs-from-commit"]) == (head, ["A.py"])


def test_a_plan_changes_nothing(tmp_path: Path) -> None:
    heard = act(tmp_path, item("A"), deployment="local", plan_only=True)
    assert heard.steps == ["packed", "planned"]
    assert heard.find("planned").types[0].new == ("A",)
    assert [*tmp_path.iterdir()] == []


def test_an_upload_is_made_once_unless_it_is_forced(tmp_path: Path) -> None:
    first, again, forced = (
        act(tmp_path, item("A"), deployment="local", local_path="p.db", force=force)
        for force in (False, False, True)
    )
    assert [each.steps for each in (first, again, forced)] == [["packed", "deployed"]] * 3
    summaries = [each.find("deployed") for each in (first, again, forced)]
    assert [bool(each.uploaded) for each in summaries] == [True, False, True]
    assert summaries[1].already_deployed and summaries[1].target == summaries[0].target
    assert (tmp_path / "p.db").exists()


def test_a_manifest_is_kept_of_an_upload_and_names_what_it_leaves(tmp_path: Path) -> None:
    inputs = {"deployment": "local", "manifest": "m.json"}
    act(tmp_path, item("A"), item("B"), report=replace(ALL, head="c0ffee"), **inputs)
    assert json.loads((tmp_path / "m.json").read_text())["commit"] == "c0ffee"
    planned = act(tmp_path, item("B"), plan_only=True, **inputs).find("planned")
    assert planned.types[0].remaining == ("A",)
    heard = act(tmp_path, item("B"), **inputs)
    assert heard.steps == ["packed", "deployed", "left_behind"]
    assert "rule A: it remains deployed" in heard.find("left_behind")[0]
    assert act(tmp_path, item("B"), prune="off", **inputs).steps == ["packed", "deployed"]
    heard = act(tmp_path, item("B"), prune="delete", **inputs)
    assert heard.find("left_behind") == ("- A: deleted, as the repository no longer has it",)


def test_a_refused_archive_is_told_with_its_findings(tmp_path: Path) -> None:
    heard = Heard()
    request = DeliveryRequest(Inputs(deployment="local", local_path="/missing/p.db"), tmp_path, tmp_path)
    with pytest.raises(DeploymentError) as caught:
        deliver(Judged(ALL, (item("A"),)), request, cast(Listener, heard), Environment({}))
    assert heard.steps == ["packed", "delivery_failed"]
    assert heard.find("delivery_failed") is caught.value


def test_only_what_was_accepted_is_packed() -> None:
    wrong = Finding.of(CheckId.MISSING_KEY, "x", Location("A.yml"))
    with pytest.raises(AssertionError):
        pack(Judged(replace(ALL, findings=(wrong,)), (item("A"),)), CURRENT, DEFAULT_LIMIT)


def test_only_kinds_that_are_accepted_are_packed() -> None:
    items = (item("A"), item("B", kind=AnalysisType.POLICY), item("C", deployed=False))
    (archive,) = pack(Judged(ALL, items), {AnalysisType.POLICY}, DEFAULT_LIMIT)
    assert [each.id for each in archive.items] == ["B"]


@pytest.mark.parametrize(
    ("count", "names"),
    [
        (0, ()),
        (1, ("panther-analysis.zip",)),
        (2, ("panther-analysis-1of2.zip", "panther-analysis-2of2.zip")),
    ],
)
def test_the_only_archive_has_no_number(count: int, names: tuple[str, ...]) -> None:
    assert name_archives(count) == names


@pytest.mark.parametrize(("path", "place"), [("", "panther-ci-local.sqlite"), ("x/p.db", "x/p.db")])
def test_each_input_of_a_deployment_reaches_it(tmp_path: Path, path: str, place: str) -> None:
    inputs = Inputs(
        **{"function_name": "f", "wire": "bulk-upload", "user_id": "u", "aws_region": "r"},
        **{"role_to_assume": "o", "local_path": path, "api_host": "h", "api_token": "t"},
        deploy_timeout_minutes=7.0,
    )
    wanted = DeploymentOptions("f", Wire.BULK_UPLOAD, "u", "r", "o", str(tmp_path / place), "h", "t", 7.0)
    assert deployment_options(inputs, tmp_path) == wanted


def test_what_is_not_said_is_a_plain_upload(tmp_path: Path) -> None:
    assert DeliveryRequest(Inputs(), tmp_path, tmp_path)[3:] == (True, False, False)


def test_no_deployment_is_opened_where_none_is_asked_for(tmp_path: Path) -> None:
    heard = cast(Listener, Heard())
    for name, deploy in (("none", True), ("local", False)):
        request = DeliveryRequest(Inputs(deployment=name), tmp_path, tmp_path, deploy)
        assert open_target(request, {}, heard) is None
    assert open_target(DeliveryRequest(Inputs(deployment="local"), tmp_path, tmp_path), {}, heard)


@pytest.mark.parametrize(
    ("deployment", "receipt", "words"),
    [("local", "r-1", "Only the API gives receipts"), ("api", "  ", "There is no receipt to resume")],
)
def test_only_a_receipt_of_the_api_is_resumed(
    tmp_path: Path, deployment: str, receipt: str, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        resume(Inputs(deployment=deployment), tmp_path, receipt, cast(Listener, Heard()), {})


class Interrupting:
    """A deployment during whose upload a signal comes."""

    def deploy(self, _archives: object) -> None:
        raise Interrupted("SIGTERM")


def test_after_a_signal_during_an_upload_it_is_not_known_what_was_taken() -> None:
    with pytest.raises(DeploymentError, match="Stopped by SIGTERM during the upload"):
        upload(cast(Deployment, Interrupting()), ())


def ask_api(standin: StandIn) -> Inputs:
    return Inputs(deployment="api", api_host=standin.url, api_token=standin.state.key)


def test_a_deployment_is_asked_about_what_would_be_deployed(tmp_path: Path) -> None:
    whole = (item("A"), item("B", deployed=False), item("C"))
    with StandIn() as standin:
        standin.fail('validate:issues:[{"path": "C.yml", "errorMessage": "no"}]')
        inputs, heard = ask_api(standin), cast(Listener, Heard())
        judged = validate(Judged(ALL, (), whole), inputs, tmp_path, heard, Environment({}))
        (call,) = (each for each in standin.state.calls if each.operation == "validate")
    data = base64.b64decode(call.variables["input"]["data"])
    assert zipfile.ZipFile(io.BytesIO(data)).namelist() == ["A.py", "A.yml", "C.py", "C.yml"]
    assert [each.location.path for each in judged.report.findings] == ["C.yml"]


def test_what_a_resumed_upload_was_refused_for_is_told(tmp_path: Path) -> None:
    heard = Heard()
    with StandIn() as standin:
        standin.fail('upload:failed:{"issues": [{"path": "A.yml", "errorMessage": "no body"}]}')
        inputs = ask_api(standin)
        request = DeliveryRequest(inputs, tmp_path, tmp_path)
        with pytest.raises(RefusedArchiveError):
            deliver(Judged(ALL, (item("A"),)), request, cast(Listener, heard), Environment({}))
        assert heard.steps == ["packed", "received", "refused", "delivery_failed"]
        again = Heard()
        with pytest.raises(RefusedArchiveError):
            resume(inputs, tmp_path, "receipt-1", cast(Listener, again), {})
    for each in (heard, again):
        (finding,) = each.find("refused")
        assert "no body" in finding.message and "A.yml" in f"{finding.location.path} {finding.message}"
