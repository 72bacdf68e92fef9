"""An upload reaches the API at most once, and every answer of it is shown in plain words."""

import base64
import hashlib
import json
from contextlib import suppress

import pytest

from panther_ci.deployment_rules.zips import deflate
from panther_ci.errors import DeploymentError, ExitCode, InputError, Interrupted
from panther_ci.model import ArchiveLimit
from panther_ci.packaging.archive import build_archives
from tests.deployments.api.conftest import operations, patience_for
from tools.api_standin.server import StandIn


def test_an_upload_is_sent_once_and_its_counts_are_reported(standin, panther, archives):
    summary = panther().deploy(archives)
    assert operations(standin) == ["schema", "upload", "status", "status"]
    assert (summary.counts["newRules"], summary.counts["totalRules"]) == (1, 1)
    assert summary.uploaded == (archives[0].sha256,) and not summary.already_deployed


def test_the_judged_files_arrive_deflated(standin, panther, archives):
    panther().deploy(archives)
    (upload,) = standin.state.uploads.values()
    assert upload.sha256 == hashlib.sha256(deflate(archives[0].data)).hexdigest()
    assert [entity.id for entity in standin.state.entities.values()] == ["Aws.Root.Login"]


def test_the_receipt_is_told_before_the_first_question_about_it(told, panther, archives):
    panther().deploy(archives)
    assert [receipt.id for receipt in told.receipts] == ["receipt-1"]
    assert told.polls_before == [0]


def test_a_deployment_without_receipts_is_used_the_old_way(told, clock, archives, panther):
    with StandIn(lacking={"uploadDetectionEntitiesAsync", "scheduledPrompts"}) as older:
        summary = panther(api_host=older.url).deploy(archives)
        assert operations(older) == ["schema", "upload"]
    assert summary.counts["newRules"] == 1 and told.receipts == []


@pytest.mark.parametrize("fault", ["reset", "cut", "after:504", "garbage:<html>"])
def test_an_upload_without_a_receipt_is_never_sent_again_either(fault, archives, panther):
    with StandIn(lacking={"uploadDetectionEntitiesAsync"}) as older:
        older.fail(f"upload:{fault}")
        with pytest.raises(DeploymentError) as raised:
            panther(api_host=older.url).deploy(archives)
        assert operations(older).count("upload") == 1
    assert "unknown" in raised.value.hint and "does no harm" in raised.value.hint


def test_an_older_deployment_that_is_busy_is_waited_for_and_one_that_refuses_is_not(archives, panther):
    issues = '{"error": "no", "issues": [{"path": "rules/a.yml", "errorMessage": "no body"}]}'
    with StandIn(lacking={"uploadDetectionEntitiesAsync"}) as older:
        older.fail("upload:busy", "upload:busy", f"upload:error:{issues}")
        with pytest.raises(DeploymentError) as raised:
            panther(api_host=older.url).deploy(archives)
        assert operations(older).count("upload") == 3
    assert raised.value.issues == (("rules/a.yml", "no body"),)


def test_a_deployment_that_hides_its_operations_is_used_the_old_way(standin, panther, archives):
    standin.fail("schema:error:introspection is disabled")
    assert panther().deploy(archives).counts["newRules"] == 1
    assert operations(standin) == ["schema", "upload"]


def test_families_that_an_older_deployment_does_not_count_are_not_asked_for(panther, archives):
    with StandIn(lacking={"scheduledPrompts"}) as older:
        counts = panther(api_host=older.url).deploy(archives).counts
    assert counts["totalRules"] == 1


def test_an_upload_that_changed_nothing_says_it_was_deployed_already(panther, archives):
    panther().deploy(archives)
    assert panther().deploy(archives).already_deployed


def test_an_empty_pack_contacts_nobody(standin, panther):
    assert panther(api_token="").deploy(()).answers == () and operations(standin) == []


@pytest.mark.parametrize(
    ("missing", "words"), [("api_host", "no host of Panther's API"), ("api_token", "no API token")]
)
def test_a_host_and_a_token_are_needed(missing, words, standin, panther, archives):
    with pytest.raises(InputError, match=words) as raised:
        panther(**{missing: ""}).deploy(archives)
    assert f"PANTHER_{missing.upper()}" in raised.value.hint and operations(standin) == []


def test_archives_are_uploaded_in_their_order(standin, told, panther, make_rule):
    archives = build_archives([make_rule("A"), make_rule("B")], ArchiveLimit(600))
    summary = panther().deploy(archives)
    sent = [
        hashlib.sha256(base64.b64decode(call.variables["input"]["data"])).hexdigest()
        for call in standin.state.calls
        if call.operation == "upload"
    ]
    assert sent == [hashlib.sha256(deflate(archive.data)).hexdigest() for archive in archives]
    assert [(receipt.number, receipt.total) for receipt in told.receipts] == [(1, 2), (2, 2)]
    assert summary.counts["newRules"] == 2


def test_a_failure_after_the_first_archive_says_what_was_taken(standin, panther, make_rule):
    archives = build_archives([make_rule("A"), make_rule("B"), make_rule("C")], ArchiveLimit(600))
    standin.fail("upload:date:x", "upload:failed:no")
    with pytest.raises(DeploymentError, match=r"Archive 2 of 3 failed, 1 before it were taken\."):
        panther().deploy(archives)
    assert operations(standin).count("upload") == 2


def test_another_upload_is_waited_for(standin, told, clock, panther, archives):
    standin.fail("upload:busy", "upload:failed:ddb lock is held")
    assert panther().deploy(archives).counts["newRules"] == 1
    assert clock.slept.count(30.0) == 2
    assert len(told.waits_for) == 2 and "another upload in progress" in told.waits_for[0]
    assert [receipt.id for receipt in told.receipts] == ["receipt-1", "receipt-2"]


@pytest.mark.parametrize("fault", ["upload:busy", "upload:failed:upload failed", "upload:throttle"])
def test_a_busy_deployment_is_given_up_at_the_deadline(fault, standin, clock, panther, archives):
    standin.fail(*[fault] * 200)
    with pytest.raises(DeploymentError) as raised:
        panther(deploy_timeout_minutes=5).deploy(archives)
    assert 270 <= clock.now <= 330 and standin.state.entities == {}
    assert "later" in raised.value.hint and raised.value.exit_code == ExitCode.DEPLOYMENT_FAILED


def test_a_throttled_request_waits_as_long_as_it_is_asked_to(standin, clock, panther, archives):
    standin.fail("upload:throttle")
    panther().deploy(archives)
    assert clock.slept[0] == 7.0 and len(standin.state.uploads) == 1


def test_a_refused_connection_is_tried_again_for_a_minute(clock, panther, archives):
    with pytest.raises(DeploymentError, match="can't be reached: Connection refused") as raised:
        panther(api_host="http://127.0.0.1:9").deploy(archives)
    assert 45 < clock.now < 80 and "Nothing was sent" in raised.value.hint


def test_an_unknown_host_is_not_waited_for(clock, panther, archives):
    with pytest.raises(DeploymentError, match=r"Panther API at api\.no-such\.invalid can't be reached"):
        panther(api_host="no-such.invalid").deploy(archives)
    assert clock.slept == []


UNSURE = {
    "upload:hang:99": "did not answer: no answer in time",
    "upload:reset": "did not answer: the connection broke off",
    "upload:cut": "did not answer: the connection broke off",
    "upload:after:500": "answered 500",
    "upload:after:502": "answered 502",
    "upload:after:504": "answered 504",
    "upload:garbage:<html>": "answered 200: <html>",
    "upload:garbage:": "answered 200: it says nothing more",
    "upload:garbage:[]": r"answered 200: \[\]",
    'upload:garbage:{"data": null}': "answered 200",
    'upload:garbage:{"data": {"uploadDetectionEntitiesAsync": null}}': "without data",
    'upload:garbage:{"data": {"uploadDetectionEntitiesAsync": {}}}': "without a receipt",
    'upload:garbage:{"data": {"uploadDetectionEntitiesAsync": {"receiptId": 7}}}': "without a receipt",
    "upload:garbage:" + "[" * 100_000: "answered 200",
}


@pytest.mark.parametrize("fault", UNSURE)
def test_an_upload_of_unknown_fate_is_never_sent_again(fault, standin, panther, archives):
    standin.fail(fault)
    with pytest.raises(DeploymentError, match=UNSURE[fault]) as raised:
        panther(patience_for(fault)).deploy(archives)
    assert operations(standin).count("upload") == 1
    assert "unknown" in raised.value.hint and "does no harm" in raised.value.hint
    assert raised.value.exit_code == ExitCode.DEPLOYMENT_FAILED and len(raised.value.message) < 2500


FINAL = {
    "schema:http:401": r"doesn't accept the API token \(401\)",
    "schema:http:404:<html>": "answered 404: <html>",
    "schema:http:302": "answered 302: it says nothing more",
    "upload:http:403:{}": r"doesn't accept the API token \(403\)",
    "upload:http:413": "refused the request as too large",
    "upload:http:400:bad request": "answered 400: bad request",
    "upload:error:the token has no permission": "the token has no permission",
    "upload:error:a rule has no body": "answered: a rule has no body",
    "upload:code:GRAPHQL_VALIDATION_FAILED": "answered: GRAPHQL_VALIDATION_FAILED",
    "upload:failed:a rule has no body": "refused the archive: a rule has no body",
    "upload:failed:": "refused the archive: it gives no reason",
    "upload:failed:{'message': 'no body', 'path': ['x']}": "refused the archive: no body$",
}


@pytest.mark.parametrize("fault", FINAL)
def test_everything_else_is_final_and_quoted(fault, standin, clock, panther, archives):
    standin.fail(fault)
    with pytest.raises(DeploymentError, match=FINAL[fault]) as raised:
        panther().deploy(archives)
    assert raised.value.hint and sum(clock.slept) < 10
    assert operations(standin).count("upload") <= 1 and standin.state.entities == {}


STATUS = {
    "hang": "status:hang:99",
    "reset": "status:reset",
    "half an answer": "status:cut",
    "500 then fine": "status:http:500",
    "throttled": "status:throttle",
    "garbage": "status:garbage:<html>",
    "no data": 'status:garbage:{"data": {"detectionEntitiesUploadStatus": null}}',
    "no status": 'status:garbage:{"data": {"detectionEntitiesUploadStatus": {}}}',
    "not there yet": "status:error:upload does not exist",
}


@pytest.mark.parametrize("fault", STATUS)
def test_a_question_without_an_answer_is_asked_again(fault, standin, panther, archives):
    standin.fail(STATUS[fault])
    assert panther(patience_for(STATUS[fault])).deploy(archives).counts["newRules"] == 1
    assert operations(standin).count("upload") == 1 and len(standin.state.history) == 1


def test_only_the_first_question_without_an_answer_is_told(standin, told, panther, archives):
    standin.fail("upload:never", *["status:http:500"] * 5)
    with pytest.raises(DeploymentError):
        panther(deploy_timeout_minutes=1).deploy(archives)
    assert told.waits_for == ["Panther API at 127.0.0.1 answered 500: it says nothing more"]


def test_an_archive_among_several_that_never_ends_leaves_the_rest_to_be_deployed(standin, panther, make_rule):
    archives = build_archives([make_rule("A"), make_rule("B")], ArchiveLimit(600))
    standin.fail("upload:never")
    with pytest.raises(DeploymentError, match="Archive 1 of 2 failed, 0 before it were taken") as raised:
        panther(deploy_timeout_minutes=1).deploy(archives)
    assert "and then deploy again for the archives after it" in raised.value.hint


def test_an_upload_that_never_ends_is_given_up_at_the_deadline(standin, clock, panther, archives):
    standin.fail("upload:never")
    with pytest.raises(DeploymentError, match="receipt-1 did not end: it is not processed in time") as raised:
        panther(deploy_timeout_minutes=2).deploy(archives)
    assert clock.now == pytest.approx(120) and max(clock.slept) == 15.0
    assert "--resume receipt-1" in raised.value.hint


def test_after_the_deadline_it_is_asked_once_more(standin, clock, panther, archives):
    clock.sleep = lambda seconds: setattr(clock, "now", clock.now + 10_000)
    assert panther().deploy(archives).counts["newRules"] == 1


def test_a_clock_that_stands_still_or_goes_back_does_not_make_it_wait_for_ever(
    standin, clock, panther, archives
):
    standin.fail("upload:never")
    slept = []
    clock.sleep = lambda seconds: (slept.append(seconds), setattr(clock, "now", clock.now - 1000))
    with pytest.raises(DeploymentError, match="is not processed in time"):
        panther(deploy_timeout_minutes=1).deploy(archives)
    assert 59 <= sum(slept) <= 61


def test_a_token_that_expires_during_the_upload_leaves_the_receipt(standin, panther, archives):
    standin.fail("status:expire")
    with pytest.raises(DeploymentError, match="doesn't accept the API token") as raised:
        panther().deploy(archives)
    assert "--resume receipt-1" in raised.value.hint and "does no harm" in raised.value.hint


HALF = [{"message": "half of it failed", "path": None}]
STATE = {"status": "COMPLETED", "error": None, "result": {"rules": {"new": 1, "modified": 0, "total": 1}}}


def answer(field, content, errors=()):
    return "garbage:" + json.dumps({"data": {field: content}, "errors": [*errors]})


@pytest.mark.parametrize("path", [None, ["uploadDetectionEntitiesAsync", "receiptId"]])
def test_a_receipt_with_an_error_is_an_upload_of_unknown_fate(path, standin, panther, archives):
    errors = [{"message": "half of it failed", "path": path}]
    standin.fail("upload:" + answer("uploadDetectionEntitiesAsync", {"receiptId": "x"}, errors))
    with pytest.raises(DeploymentError, match="half of it failed") as raised:
        panther().deploy(archives)
    assert "is unknown" in raised.value.hint and operations(standin).count("upload") == 1


def test_counts_with_an_error_are_no_success(archives, panther):
    with StandIn(lacking={"uploadDetectionEntitiesAsync"}) as older:
        older.fail("upload:" + answer("uploadDetectionEntities", STATE["result"], HALF))
        with pytest.raises(DeploymentError, match="half of it failed") as raised:
            panther(api_host=older.url).deploy(archives)
    assert "is unknown" in raised.value.hint and operations(older).count("upload") == 1


def test_an_upload_that_is_completed_with_an_error_is_no_success(standin, panther, archives):
    standin.fail("status:" + answer("detectionEntitiesUploadStatus", STATE | {"error": "half of it failed"}))
    with pytest.raises(DeploymentError, match="half of it failed") as raised:
        panther().deploy(archives)
    assert "How much of the archive it took is unknown" in raised.value.hint


def test_an_error_about_another_field_is_none_of_an_operation(standin, panther, archives):
    errors = [{"message": "not for you", "path": ["__type"]}]
    standin.fail("schema:" + answer("__schema", {"queryType": None}, errors))
    assert panther().deploy(archives).uploaded


@pytest.mark.parametrize("receipt", ["a\nb", "--force", "a b", "\ud800", "", "x" * 501, 7])
def test_a_receipt_that_can_t_be_shown_on_one_line_is_none(receipt, standin, told, panther, archives):
    standin.fail("upload:" + answer("uploadDetectionEntitiesAsync", {"receiptId": receipt}))
    with pytest.raises(DeploymentError, match="answered without a receipt") as raised:
        panther().deploy(archives)
    assert "is unknown" in raised.value.hint and told.receipts == []


def stop(_seconds):
    raise Interrupted("SIGTERM")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("upload:busy", "The last request changed nothing"),
        ("upload:throttle", "The last request changed nothing"),
        ("upload:failed:another upload is there", "The last request changed nothing"),
        ("upload:never", "The deployment has the archive"),
    ],
)
def test_a_signal_during_a_pause_leaves_what_is_known(fault, words, standin, panther, clock, make_rule):
    archives = build_archives([make_rule("A"), make_rule("B")], ArchiveLimit(600))
    panther().deploy(archives[:1])
    clock.sleep = stop
    standin.state.steps = 0
    standin.fail("upload:date:today", fault)
    with pytest.raises(
        DeploymentError, match=r"2 of 2 failed, 1 before it were taken\. Stopped by"
    ) as raised:
        panther().deploy(archives)
    assert words in raised.value.hint


def test_a_receipt_is_resumed_without_sending_anything(standin, panther, archives):
    standin.fail("status:expire")
    key = standin.state.key
    with pytest.raises(DeploymentError):
        panther().deploy(archives)
    standin.state.key = key
    summary = panther().resume("receipt-1")
    assert summary.counts["newRules"] == 1 and summary.resumed
    assert operations(standin).count("upload") == 1


def test_a_receipt_that_nobody_knows_is_given_up_after_a_minute(standin, clock, panther):
    with pytest.raises(DeploymentError, match="the upload does not exist") as raised:
        panther().resume("no-such-receipt")
    assert "Check the receipt" in raised.value.hint
    assert 60 <= clock.now < 100 and "upload" not in operations(standin)


def test_a_resumed_upload_that_was_given_up_is_not_sent(standin, panther, archives):
    standin.fail("upload:failed:another upload is in progress", "status:expire")
    key = standin.state.key
    with pytest.raises(DeploymentError):
        panther().deploy(archives)
    standin.state.key = key
    with pytest.raises(DeploymentError, match="was busy and gave the upload up") as raised:
        panther().resume("receipt-1")
    assert "Deploy again" in raised.value.hint and operations(standin).count("upload") == 1


ISSUES = {
    "json": '{"error": "upload has issues", "issues": [{"path": "rules/a.yml", "errorMessage": "no body"}]}',
    "no error": '{"issues": [{"path": "rules/a.yml", "errorMessage": "no body"}]}',
}


@pytest.mark.parametrize("form", ISSUES)
@pytest.mark.parametrize("operation", ["upload:failed", "upload:error"])
def test_issues_name_their_files(operation, form, standin, panther, archives):
    standin.fail(f"{operation}:{ISSUES[form]}")
    with pytest.raises(DeploymentError) as raised:
        panther().deploy(archives)
    assert raised.value.issues == (("rules/a.yml", "no body"),)


# Where answers may quote the token: `{}` is where it is, and `\\/` is what JSON may have for a slash.
QUOTING = {
    "error": "upload:error:key {} is wrong",
    "JSON in an error": 'upload:error:{{"error": "key {json} is wrong"}}',
    "Python in JSON": """upload:error:{{"error": "{{'message': 'key {json} is wrong'}}"}}""",
    "state": "upload:failed:{}",
    "status": "schema:http:400:{}",
    "late in the body": "schema:http:400:" + " " * 9_995 + "{}",
    "busy": "upload:failed:another upload with {}",
    "issue": 'upload:failed:{{"issues": [{{"path": "{json}", "errorMessage": "{json}"}}]}}',
}


@pytest.mark.parametrize("fault", QUOTING)
def test_a_token_that_the_deployment_quotes_is_not_shown(fault, standin, told, panther, archives):
    standin.state.key = "tok/en-1234567890"
    text = QUOTING[fault].format(standin.state.key, json=standin.state.key.replace("/", "\\/"))
    standin.fail(*([text] * (60 if fault == "busy" else 1)))
    with pytest.raises(DeploymentError) as raised:
        panther(deploy_timeout_minutes=1).deploy(archives)
    said = f"{raised.value.message} {getattr(raised.value, 'issues', '')} {told.waits_for}"
    assert "***" in said and "en-1234567890" not in said and "tok" not in said.replace("token", "")


@pytest.mark.parametrize("fault", [*UNSURE, *FINAL, *STATUS.values(), "status:expire", "upload:busy"])
@pytest.mark.parametrize("number", [1, 2])
def test_run_again_after_any_fault_nothing_is_doubled_or_lost(fault, number, standin, panther, make_rule):
    archives = build_archives([make_rule("A"), make_rule("B")], ArchiveLimit(600))
    key = standin.state.key
    panther().deploy(archives[: number - 1])
    standin.fail(fault.replace(":hang:99", ":reset"))
    with suppress(DeploymentError):
        panther().deploy(archives[number - 1 :])
    standin.state.key = key
    panther().deploy(archives)
    assert [name for _, name in standin.state.history] == ["A", "B"]
    assert {entity.id for entity in standin.state.entities.values()} == {"A", "B"}
