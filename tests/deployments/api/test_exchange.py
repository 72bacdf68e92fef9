"""How long an upload is followed, what is waited for, and what is said of the archive in the end."""

import json
from typing import Any

import pytest

from panther_ci.deployments.api.client import Client, RequestError
from panther_ci.deployments.api.exchange import Exchange
from panther_ci.deployments.api.operations import FAMILIES, upload_status
from panther_ci.deployments.api.patience import Patience, Timer
from panther_ci.deployments.api.settings import Settings
from panther_ci.deployments.api.upload import find_capabilities, read_counts
from panther_ci.deployments.base import RefusedArchiveError
from panther_ci.errors import DeploymentError
from panther_ci.kinds import KINDS
from panther_ci.model import ArchiveLimit
from panther_ci.packaging.archive import build_archives
from tests.deployments.api.conftest import operations
from tests.options import make_deployment_options
from tools.api_standin.server import StandIn

NOT_TAKEN = "The archive was not taken. Correct what is named, then deploy again."


def answer(field: str, **content: Any) -> str:
    return "garbage:" + json.dumps({"data": {field: content}})


def state(**content: Any) -> str:
    return f"status:{answer('detectionEntitiesUploadStatus', **content)}"


def test_an_upload_with_a_state_is_followed_through_a_long_silence(standin, clock, panther, archives):
    standin.fail(state(status="IN_PROGRESS"), *["status:http:500"] * 12)
    assert panther().deploy(archives).counts["newRules"] == 1
    assert clock.now > 100


def test_an_upload_without_a_state_is_given_up_a_minute_after_its_receipt(standin, clock, panther, archives):
    standin.fail(*["upload:busy"] * 3, *["status:http:500"] * 3)
    assert panther().deploy(archives).counts["newRules"] == 1
    assert clock.slept[:6] == [30.0, 30.0, 30.0, 2.0, 4.0, 8.0]
    begun = clock.now
    standin.fail(*["upload:busy"] * 3, *["status:http:500"] * 50)
    with pytest.raises(
        DeploymentError, match=r"receipt-2 did not end: .* answered 500: it says nothing more"
    ):
        panther().deploy(archives)
    assert 150 <= clock.now - begun < 170


def test_an_answer_without_a_status_is_no_state(standin, clock, panther, archives):
    standin.fail(*[state(result={})] * 50)
    with pytest.raises(DeploymentError, match=r"did not end: .* answered without a status\.$"):
        panther().deploy(archives)
    assert 60 <= clock.now < 90


def test_a_question_that_is_throttled_waits_as_long_as_it_is_asked_to(
    standin, told, clock, panther, archives
):
    standin.fail("status:throttle", "status:throttle")
    panther().deploy(archives)
    assert clock.slept[:2] == [7.0, 7.0]
    assert told.waits_for == ["Panther API at 127.0.0.1 is throttled."]
    standin.fail("upload:never", *["status:throttle"] * 50)
    with pytest.raises(DeploymentError, match=r"receipt-2 did not end: [^.]*127\.0\.0\.1 is throttled\.$"):
        panther(deploy_timeout_minutes=1).deploy(archives)


def test_only_a_long_wait_is_told(standin, told, panther, archives):
    standin.fail("upload:throttle")
    panther().deploy(archives)
    assert told.waits_for == []
    standin.fail("upload:busy")
    panther().deploy(archives)
    assert len(told.waits_for) == 1


@pytest.mark.parametrize("receipt", ["x" * 500, "!", "~", "a-b"])
def test_a_receipt_of_printed_signs_is_one(receipt, standin, told, panther, archives):
    standin.fail("upload:" + answer("uploadDetectionEntitiesAsync", receiptId=receipt))
    with pytest.raises(DeploymentError):
        panther().deploy(archives)
    assert [each.id for each in told.receipts] == [receipt]


def test_a_question_is_repeated_for_a_minute(standin, clock, panther, archives):
    standin.fail("schema:http:500", "schema:reset", "schema:garbage:x")
    assert panther().deploy(archives).counts["newRules"] == 1
    begun = clock.now
    standin.fail(*["schema:http:500"] * 50)
    with pytest.raises(DeploymentError, match="answered 500"):
        panther().deploy(archives)
    assert 45 < clock.now - begun < 80
    assert operations(standin).count("upload") == 1


def open_exchange(standin: StandIn, told: Any, clock: Any, **patience: float) -> Exchange:
    """An exchange with 1000 seconds, on the clock of the test."""
    time = {"clock": lambda: clock.now, "sleep": clock.sleep, "chance": lambda: 1.0, "now": lambda: 0.0}
    options = make_deployment_options(api_host=standin.url, api_token=standin.state.key)
    return Exchange(Client(Settings.read(options, {})), Timer(Patience(**time, **patience), 1000.0), told)


def test_a_page_is_asked_for_again_and_its_minute_begins_with_the_question(standin, told, clock):
    exchange = open_exchange(standin, told, clock)
    clock.now = 200.0
    standin.fail("list:http:500")
    assert exchange.read("/rules", {"limit": "5"})["results"] == []
    assert clock.now > 200
    standin.fail(*["list:http:500"] * 50)
    with pytest.raises(RequestError):
        exchange.read("/rules", {"limit": "5"})
    assert 245 < clock.now < 290


def test_a_minute_is_over_at_its_end(standin, told, clock):
    exchange = open_exchange(standin, told, clock, unconnected_seconds=6.0)
    standin.fail(*["list:http:500"] * 9)
    with pytest.raises(RequestError):
        exchange.read("/rules", {"limit": "5"})
    assert clock.slept == [2.0, 4.0]
    standin.fail(*["status:http:500"] * 9)
    with pytest.raises(DeploymentError, match="did not end"):
        exchange.follow(upload_status(frozenset({"rules"})), "receipt-1")
    assert clock.slept == [2.0, 4.0, 2.0, 4.0]


@pytest.mark.parametrize("lacking", [set(), {"scheduledPrompts"}, {"uploadDetectionEntitiesAsync"}])
def test_a_deployment_says_what_it_has(lacking, told, clock):
    with StandIn(lacking=lacking) as standin:
        found = find_capabilities(open_exchange(standin, told, clock))
    assert found.receipts is ("uploadDetectionEntitiesAsync" not in lacking)
    assert found.counted == FAMILIES.keys() - lacking


@pytest.mark.parametrize(
    ("content", "words", "hint"),
    [
        ({"status": "FAILED", "error": 7}, "refused the archive: it gives no reason", NOT_TAKEN),
        ({"status": "FAILED", "error": "no body"}, "refused the archive: no body", NOT_TAKEN),
        (
            {"status": "FAILED", "error": '{"issues": [{"path": "a", "errorMessage": "b"}]}'},
            "refused the archive: it names the files",
            NOT_TAKEN,
        ),
        (
            {"status": "COMPLETED", "error": '{"issues": [{"path": "a", "errorMessage": "b"}]}'},
            "completed the upload with an error: it names files",
            "How much of the archive it took is unknown.",
        ),
    ],
)
def test_what_an_ended_upload_says_is_told(content, words, hint, standin, panther, archives):
    standin.fail(state(**content))
    with pytest.raises(DeploymentError, match=words) as raised:
        panther().deploy(archives)
    assert raised.value.hint.startswith(hint)
    assert isinstance(raised.value, RefusedArchiveError) is (hint == NOT_TAKEN)


@pytest.mark.parametrize(
    ("fault", "hint"),
    [
        ("upload:error:a rule has no body", NOT_TAKEN),
        ("upload:error:no permission", "Give the API token this permission."),
        ('upload:error:{"issues": [{"path": "a", "errorMessage": "b"}]}', NOT_TAKEN),
        ("upload:http:413", "Deploy fewer specs at a time, by `path`."),
    ],
)
def test_a_request_that_is_refused_says_what_to_do(fault, hint, standin, panther, archives):
    standin.fail(fault)
    with pytest.raises(DeploymentError) as raised:
        panther().deploy(archives)
    assert raised.value.hint == hint


@pytest.mark.parametrize(
    ("fault", "message", "hint"),
    [
        ("upload:busy", "answered: ", "The archive was not taken. Deploy again later; "),
        ("upload:throttle", "is throttled", "Deploy again later."),
        (
            "upload:failed:upload failed",
            "The deployment was busy until the deadline: ",
            "was not taken. Deploy",
        ),
    ],
)
def test_a_deployment_that_is_busy_to_the_end_took_nothing(fault, message, hint, standin, panther, archives):
    standin.fail(*[fault] * 50)
    with pytest.raises(DeploymentError, match=message) as raised:
        panther(deploy_timeout_minutes=1).deploy(archives)
    assert hint in raised.value.hint


def test_a_token_that_may_not_ask_what_there_is_uploads_nothing(standin, panther, archives):
    standin.fail("schema:error:the token has no permission")
    with pytest.raises(DeploymentError, match="no permission"):
        panther().deploy(archives)
    assert operations(standin) == ["schema"]


@pytest.mark.parametrize(("count", "faults"), [(2, ["upload:date:x", "upload:never"]), (1, ["upload:never"])])
def test_after_the_last_archive_none_is_left_to_be_deployed(count, faults, standin, panther, make_rule):
    items = [make_rule("A"), make_rule("B")][:count]
    standin.fail(*faults)
    with pytest.raises(DeploymentError, match="did not end") as raised:
        panther(deploy_timeout_minutes=1).deploy(build_archives(items, ArchiveLimit(600)))
    assert "goes on waiting for it; uploading" in raised.value.hint


def test_a_receipt_with_a_state_that_does_not_end_may_be_resumed_again(standin, panther, archives):
    standin.fail("upload:never")
    for act in (lambda it: it.deploy(archives), lambda it: it.resume("receipt-1")):
        with pytest.raises(DeploymentError, match="receipt-1 did not end") as raised:
            act(panther(deploy_timeout_minutes=1))
        assert "goes on waiting for it" in raised.value.hint
        assert "Check the receipt" not in raised.value.hint


def test_a_deployment_that_hides_its_families_is_asked_for_the_old_ones(archives, panther):
    with StandIn(lacking={"uploadDetectionEntitiesAsync", "scheduledPrompts"}) as older:
        older.fail("schema:error:introspection is disabled")
        assert panther(api_host=older.url).deploy(archives).counts["newRules"] == 1


def test_what_an_upload_takes_is_counted_of_every_kind():
    families = {kind.family for kind in KINDS.values()} - {"Packs"}
    names = {family: f"{family[0].lower()}{family[1:]}" for family in families} | {"Globals": "globalHelpers"}
    result = {name: {"new": 1} for name in names.values()}
    assert read_counts(result) == {f"new{family}": 1 for family in families}


def test_counts_are_whole_numbers_of_what_there_is():
    none = {"new": 0, "modified": 0, "total": 0}
    result = {
        "rules": none,
        "policies": {"new": True, "total": 0},
        "queries": none,
        "globalHelpers": {"new": 2},
    }
    assert read_counts(result) == {
        **{"newRules": 0, "modifiedRules": 0, "totalRules": 0, "totalPolicies": 0, "newGlobals": 2},
    }
