"""An upload reaches the function at most once, and every answer of it is shown in plain words."""

import json

import pytest

from panther_ci.errors import DeploymentError, ExitCode
from panther_ci.model import ArchiveLimit
from panther_ci.packaging.archive import build_archives


@pytest.mark.parametrize("wire", ["upload", "bulk-upload"])
def test_both_wire_formats_deliver_the_very_bytes(wire, aws, deployment, panther, archives):
    summary = panther(wire=wire).deploy(archives)
    (invocation,) = deployment.invocations
    assert (invocation.wire, invocation.sha256) == (wire, archives[0].sha256)
    assert invocation.user_id == "9f0c7a1e-6d3b-4c58-8a2e-51b7d0c4e6f3"
    assert summary.counts["newRules"] == summary.counts["totalRules"] == 1
    assert summary.uploaded == (archives[0].sha256,) and not summary.already_deployed


def test_the_region_of_configure_aws_credentials_is_used(aws, deployment, panther, archives):
    panther().deploy(archives)
    assert deployment.invocations[0].region == "eu-west-3"


def test_the_region_asked_for_wins(aws, deployment, panther, archives):
    panther(aws_region="us-west-1").deploy(archives)
    assert deployment.invocations[0].region == "us-west-1"


def test_an_upload_that_changed_nothing_says_it_was_deployed_already(aws, panther, archives):
    panther().deploy(archives)
    assert panther().deploy(archives).already_deployed


def test_an_empty_pack_contacts_nobody(aws, deployment, panther):
    aws.delenv("AWS_SECRET_ACCESS_KEY")
    assert panther().deploy(()).answers == () and deployment.invocations == []


def test_archives_are_uploaded_in_their_order(aws, deployment, panther, make_rule):
    archives = build_archives([make_rule("A"), make_rule("B")], ArchiveLimit(600))
    summary = panther().deploy(archives)
    assert [call.sha256 for call in deployment.invocations] == [archive.sha256 for archive in archives]
    assert len(archives) == 2 and summary.counts["newRules"] == 2


def test_a_failure_after_the_first_archive_says_what_was_taken(aws, deployment, panther, make_rule):
    archives = build_archives([make_rule("A"), make_rule("B"), make_rule("C")], ArchiveLimit(600))
    deployment.fail("answer:" + json.dumps({"statusCode": 200, "body": json.dumps(COUNTS)}), "status:500")
    with pytest.raises(DeploymentError, match=r"Archive 2 of 3 failed, 1 before it were taken\."):
        panther().deploy(archives)
    assert len(deployment.invocations) == 2


def test_a_throttled_upload_is_sent_again_with_growing_delays(aws, deployment, panther, archives, clock):
    deployment.fail("throttle", "throttle", "throttle")
    panther().deploy(archives)
    assert clock.slept == [0.5, 1.0, 2.0]
    assert len(deployment.invocations) == 1


def test_throttling_ends_at_the_deadline(aws, deployment, panther, archives, clock):
    deployment.fail(*["throttle"] * 50)
    with pytest.raises(DeploymentError, match="throttled") as raised:
        panther().deploy(archives)
    assert 30 < clock.now <= 60
    assert deployment.invocations == [] and "was not taken" in raised.value.message


def test_a_refused_connection_is_tried_again_until_the_deadline(aws, panther, archives, clock):
    aws.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(DeploymentError, match="can't be reached in eu-west-3") as raised:
        panther().deploy(archives)
    assert len(clock.slept) > 3 and "was not sent" in raised.value.hint


def test_a_tls_failure_that_may_have_come_late_is_of_unknown_fate(aws, deployment, panther, archives, clock):
    aws.setenv("AWS_ENDPOINT_URL", deployment.url.replace("http:", "https:"))
    with pytest.raises(DeploymentError, match="TLS connection to AWS failed") as raised:
        panther().deploy(archives)
    assert clock.slept == [] and "AWS_CA_BUNDLE" in raised.value.hint


def test_an_unknown_host_is_not_waited_for(aws, panther, archives, clock):
    aws.setenv("AWS_ENDPOINT_URL", "http://no-such-host.invalid")
    with pytest.raises(DeploymentError, match="can't be reached"):
        panther().deploy(archives)
    assert clock.slept == []


COUNTS = {f"{kind}{family}": 0 for family in ("Policies", "Rules") for kind in ("new", "modified", "total")}

UNSURE = {
    "hang:30": "didn't answer in time",
    "close": "closed the connection without an answer",
    "cut": "broke off",
    "aws:500:ServiceException": "AWS answered 500 ServiceException. AWS says: words of AWS",
}
ANSWERS = {
    "function-error:RequestId: 1 Error: Runtime exited": "handled .*: RequestId: 1 Error: Runtime",
    "function-error:": "it says nothing more",
    "status:400:policy A is missing a body": "answered 400: policy A is missing a body",
    "status:409:A exists as policy": "answered 409: A exists as policy",
    "status:500": "answered 500: it gives no reason",
    "answer:": "can't be read: it is empty",
    "answer:<html>502</html>": "can't be read: <html>502</html>",
    "answer:[]": r"can't be read: \[\]",
    "answer:7": "can't be read: 7",
    'answer:{"statusCode": 200, "body": "{}"}': "can't be read",
    'answer:{"statusCode": 200, "body": ""}': "can't be read",
    'answer:{"statusCode": 200, "body": "nope"}': "can't be read",
    'answer:{"statusCode": "200\\u0007", "body": null}': 'answered "200',
    'answer:{"statusCode": 200, "body": {"newRules": "many"}}': "can't be read",
    'answer:{"newRules": true}': "can't be read",
    "answer:" + "[" * 100_000: "can't be read",
}


@pytest.mark.parametrize("fault", UNSURE)
def test_an_upload_of_unknown_fate_is_never_sent_again(fault, aws, deployment, panther, archives):
    deployment.fail(fault)
    with pytest.raises(DeploymentError, match=UNSURE[fault]) as raised:
        panther(answer_seconds=0.5).deploy(archives)
    assert len(deployment.invocations) <= 1
    assert "unknown" in raised.value.hint and raised.value.exit_code == ExitCode.DEPLOYMENT_FAILED


@pytest.mark.parametrize("fault", ANSWERS)
def test_the_deployment_is_quoted(fault, aws, deployment, panther, archives):
    deployment.fail(fault)
    with pytest.raises(DeploymentError, match=ANSWERS[fault]) as raised:
        panther().deploy(archives)
    assert len(deployment.invocations) == 1
    assert raised.value.hint and len(raised.value.message) < 2200


SEE_LOG = "See the log of the deployment's function, then deploy again."
NEXT_STEPS = {
    "status:400:no": "It took nothing of this archive. Correct what it names, then deploy again.",
    "status:409:no": "An id can't change its type: give the detection another id.",
    "status:500:no": SEE_LOG,
    "status:401:no": SEE_LOG,
    "function-error:no": (
        "It may have taken a part of the archive. See the function's log, then deploy again."
    ),
    "answer:no": (
        "It may have taken the archive. Look at its state; uploading the same archive again does no harm."
    ),
}


@pytest.mark.parametrize("fault", NEXT_STEPS)
def test_the_next_step_is_that_of_the_answer(fault, aws, deployment, panther, archives):
    deployment.fail(fault)
    with pytest.raises(DeploymentError, match=r": no$") as raised:
        panther().deploy(archives)
    assert raised.value.hint == NEXT_STEPS[fault]


def test_an_upload_with_a_new_or_a_modified_spec_was_not_deployed_already(aws, panther, make_rule):
    steps = ([make_rule("A")], [make_rule("A"), make_rule("B")], [make_rule("A", body="rule = all\n")])
    told = [panther().deploy(build_archives(items)).already_deployed for items in steps]
    assert told == [False, False, False]


def test_several_archives_were_deployed_already_only_if_each_was(aws, panther, make_rule):
    panther().deploy(build_archives([make_rule("A")]))
    both = build_archives([make_rule("A"), make_rule("B")], ArchiveLimit(600))
    assert [panther().deploy(both).already_deployed for _ in range(2)] == [False, True]


@pytest.mark.parametrize("name", ["AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE"])
def test_no_setting_of_the_machine_makes_botocore_send_twice(name, aws, deployment, panther, archives):
    aws.setenv(name, "5" if name == "AWS_MAX_ATTEMPTS" else "adaptive")
    deployment.fail("close", "close")
    with pytest.raises(DeploymentError):
        panther().deploy(archives)
    assert len(deployment.invocations) == 1


REFUSALS = {
    "aws:403:AccessDeniedException": "lambda:InvokeFunction on panther-analysis-api",
    "aws:403:ExpiredTokenException": "new credentials",
    "aws:403:InvalidSignatureException": "clock",
    "aws:403:UnrecognizedClientException": "AWS_ACCESS_KEY_ID",
    "aws:403:SomethingNew": "Correct what AWS names",
    "aws:409:ResourceConflictException": "Wait until the function is active",
    "aws:413:RequestTooLargeException": "fewer specs",
    "aws:400:InvalidRequestContentException": "Correct what AWS names",
}


@pytest.mark.parametrize("fault", REFUSALS)
def test_what_aws_refuses_comes_with_a_next_step(fault, aws, deployment, panther, archives):
    deployment.fail(fault)
    with pytest.raises(DeploymentError, match="words of AWS") as raised:
        panther().deploy(archives)
    assert REFUSALS[fault] in raised.value.hint
    assert deployment.invocations == []


def test_a_function_that_is_not_there_is_named_with_its_region(aws, panther, archives):
    with pytest.raises(DeploymentError, match="no Lambda function panther-api in eu-west-3"):
        panther(function_name="panther-api").deploy(archives)


def test_a_request_above_the_limit_is_never_sent(aws, deployment, panther, make_rule):
    small, large = make_rule("A"), make_rule("B", body="#" * 5_000_000)
    archives = build_archives([small, large], ArchiveLimit(5_100_000)) + build_archives([small])
    with pytest.raises(DeploymentError, match="larger than the 6,291,456 Lambda takes"):
        panther().deploy(archives[::-1])
    assert deployment.invocations == []


def test_an_archive_of_the_largest_size_fits(aws, deployment, panther, make_rule):
    rules = [make_rule("A", body="#" * 2_199_000), make_rule("B", body="#" * 2_199_000)]
    (archive,) = build_archives(rules)
    panther().deploy([archive])
    assert len(archive.data) > 4_390_000 and len(deployment.invocations) == 1


def test_a_plan_contacts_nobody_and_says_what_it_cannot_know(aws, deployment, panther, archives):
    plan = panther().plan(archives)
    assert (plan.counts, plan.archives[0].sha256) == ({"rule": 1}, archives[0].sha256)
    assert "does not report its state" in plan.unseen and plan.types == ()
    assert deployment.invocations == []


def test_the_deployment_of_2020_refuses_what_came_later(aws, panther, make_rule):
    with pytest.raises(DeploymentError, match=r"answered 400: .*must be 1 to 200 letters"):
        panther().deploy(build_archives([make_rule("under_score")]))


def test_hostile_words_are_cut(aws, deployment, panther, archives):
    deployment.fail("status:400:" + "x" * 100_000)
    with pytest.raises(DeploymentError) as raised:
        panther().deploy(archives)
    assert "(100,000 characters)" in raised.value.message


def test_a_connection_is_checked_without_an_upload(aws, deployment, panther):
    connection = panther().check()
    assert connection.target == "Lambda function panther-analysis-api in eu-west-3"
    assert connection.lines[1] == "upload: it may be invoked"
    assert "behind the server's" in connection.lines[2]
    assert deployment.invocations == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("aws:403:AccessDeniedException", "may not invoke panther-analysis-api"),
        ("aws:403:ExpiredTokenException", "credentials have expired"),
        ("aws:404:ResourceNotFoundException", "There is no Lambda function"),
    ],
)
def test_a_connection_that_can_t_be_used_is_explained(fault, words, aws, deployment, panther):
    deployment.fail(fault)
    with pytest.raises(DeploymentError, match=words):
        panther().check()
