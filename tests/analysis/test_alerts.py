"""What the alerts of rules say: alerts.yml holds the alert on the first case of each rule that alerts."""

import importlib

import pytest

from tools.bodies import as_event, compile_body, describe_alert, load_body
from tools.library import ROOT, read_detections, read_yaml

ALERTS = read_yaml(ROOT / "tests/analysis/alerts.yml")
RULES = [detection for detection in read_detections() if detection.is_rule]


def body_of(id_):
    (rule,) = (rule for rule in RULES if rule.id == id_)
    return load_body(rule.body.stem, compile_body(rule.body))


def first_alert(rule):
    event = next(rule.event(case) for case in rule.cases if case["ExpectedResult"])
    return describe_alert(rule, load_body(rule.body.stem, compile_body(rule.body)), event)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.usefixtures("library")
def test_the_alert_of_a_rule_says_what_happened(rule):
    assert first_alert(rule) == ALERTS[rule.id]


@pytest.mark.parametrize(
    ("id_", "title"),
    [
        ("AWS.CloudTrail.Stopped", "Stop of a trail by an unknown caller in account unknown"),
        ("AWS.S3.ServerAccess.Insecure", "Request without TLS: bucket unknown, address unknown"),
        ("AWS.VPC.InboundPortBlacklist", "Traffic to a watched port from unknown to unknown, port unknown"),
        ("AWS.VPC.HealthyLogStatus", "The flow log of interface unknown in account unknown has gaps"),
    ],
)
@pytest.mark.usefixtures("library")
def test_a_title_says_what_is_unknown(id_, title):
    assert body_of(id_).title(as_event({})) == title


FLOW = {
    "p_log_type": "AWS.VPCFlow",
    "account": "1",
    "srcAddr": "198.51.100.1",
    "dstAddr": "10.0.0.7",
    "dstPort": 22,
    "action": "REJECT",
}
OCSF_FLOW = {
    "p_log_type": "OCSF.NetworkActivity",
    "cloud": {"account": {"uid": "1"}},
    "src_endpoint": {"ip": "198.51.100.1"},
    "dst_endpoint": {"ip": "10.0.0.7", "port": 22},
    "activity_name": "Refuse",
}


@pytest.mark.parametrize(
    ("id_", "changed", "together"),
    [
        ("AWS.VPC.InboundPortBlacklist", {"srcAddr": "198.51.100.2"}, True),
        ("AWS.VPC.InboundPortWhitelist", {"srcAddr": "198.51.100.2"}, True),
        ("AWS.VPC.InboundPortBlacklist", {"dstAddr": "10.0.0.8"}, False),
        ("AWS.VPC.InboundPortBlacklist", {"action": "ACCEPT"}, False),
        ("AWS.VPC.InboundPortWhitelist", {"account": "2"}, False),
        ("AWS.VPC.UnapprovedOutboundDNS", {"dstAddr": "9.9.9.9"}, True),
        ("AWS.VPC.UnapprovedOutboundDNS", {"account": "2"}, False),
    ],
)
@pytest.mark.usefixtures("library")
def test_the_flows_of_a_private_host_share_an_alert(id_, changed, together):
    dedup = body_of(id_).dedup
    assert (dedup(as_event(FLOW)) == dedup(as_event(FLOW | changed))) is together


@pytest.mark.usefixtures("library")
def test_rejected_traffic_says_so():
    title = body_of("AWS.VPC.InboundPortBlacklist").title
    accepted = FLOW | {"action": "ACCEPT"}
    assert title(as_event(FLOW)) == title(as_event(accepted)) + ", rejected"


@pytest.mark.usefixtures("library")
def test_a_flow_in_ocsf_says_the_same():
    rule = body_of("AWS.VPC.InboundPortBlacklist")
    assert rule.title(as_event(OCSF_FLOW)) == rule.title(as_event(FLOW))
    assert rule.dedup(as_event(OCSF_FLOW)) == "1 10.0.0.7 Refuse"
    contexts = [rule.alert_context(as_event(event)) for event in (FLOW, OCSF_FLOW)]
    assert contexts[1] == contexts[0] | {"traffic_action": "Refuse"}


@pytest.mark.parametrize("end", ["src_endpoint", "dst_endpoint"])
@pytest.mark.usefixtures("library")
def test_the_interface_of_a_flow_in_ocsf_is_found_at_either_end(end):
    event = as_event(OCSF_FLOW | {end: {"interface_uid": "eni-1"}})
    assert body_of("AWS.VPC.HealthyLogStatus").dedup(event) == "1 eni-1"


REQUEST = {"bucket": "b", "requester": "arn:aws:iam::1:user/alice", "remoteip": "198.51.100.1"}
STRANGER = {"bucket": "b", "remoteip": "198.51.100.1"}
SESSION = {"requester": "arn:aws:sts::1:assumed-role/deploy/1"}


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (REQUEST, {"remoteip": "198.51.100.2"}, False),
        (REQUEST, {"bucket": "c"}, False),
        (REQUEST, {"requester": None}, False),
        (STRANGER, {"remoteip": "198.51.100.2"}, True),
        (STRANGER, {"requester": "-"}, True),
        (STRANGER, {"bucket": "c"}, False),
        (REQUEST | SESSION, {"requester": "arn:aws:sts::1:assumed-role/deploy/2"}, True),
        (REQUEST | SESSION, {"requester": "arn:aws:sts::1:assumed-role/read/1"}, False),
    ],
)
@pytest.mark.parametrize("name", ["Error", "Insecure", "IPWhitelist"])
@pytest.mark.usefixtures("library")
def test_the_requests_of_a_caller_share_an_alert_and_so_do_those_of_strangers(one, other, together, name):
    dedup = body_of(f"AWS.S3.ServerAccess.{name}").dedup
    assert (dedup(one) == dedup(one | other)) is together


@pytest.mark.usefixtures("library")
def test_anonymous_requests_that_fail_say_so_and_do_not_hide_one_that_succeeds():
    rule = body_of("AWS.S3.ServerAccess.Unauthenticated")
    failed = STRANGER | {"errorcode": "AccessDenied"}
    assert rule.title(failed) == (
        "Anonymous request, failed with AccessDenied: bucket b, address 198.51.100.1"
    )
    assert rule.title(STRANGER) == rule.title(STRANGER | {"errorcode": "-"})
    assert [rule.dedup(event) for event in (failed, STRANGER)] == ["b anonymous failed", "b anonymous"]


@pytest.mark.usefixtures("library")
def test_a_failed_request_without_a_code_says_its_status():
    title = body_of("AWS.S3.ServerAccess.Error").title(REQUEST | {"httpstatus": 403})
    assert title == "Request failed with 403: bucket b, address 198.51.100.1"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.usefixtures("library")
def test_a_dedup_key_is_never_blank(rule):
    key = body_of(rule.id).dedup(as_event({}))
    assert key == key.strip() != ""
    assert "  " not in key


@pytest.fixture
def events(library):
    return importlib.import_module("aws_cloudtrail_events")


@pytest.mark.parametrize(
    ("identity", "name"),
    [
        (
            {"arn": "arn:aws:iam::1:user/a", "userName": "a", "principalId": "AIDA", "type": "IAMUser"},
            "arn:aws:iam::1:user/a",
        ),
        ({"userName": "a", "principalId": "AIDA", "type": "IAMUser"}, "a"),
        ({"principalId": "AIDA", "invokedBy": "config.amazonaws.com"}, "AIDA"),
        ({"type": "AWSService", "invokedBy": "config.amazonaws.com"}, "config.amazonaws.com"),
        ({"type": "AWSService"}, "AWSService"),
        (None, "an unknown caller"),
    ],
)
def test_a_caller_is_named_as_well_as_the_event_can(events, identity, name):
    assert events.caller({"userIdentity": identity}) == name


def test_the_account_is_that_of_the_trail_or_else_of_the_caller(events):
    identity = {"accountId": "210987654321"}
    assert events.account({"recipientAccountId": "123456789012", "userIdentity": identity}) == "123456789012"
    assert events.account({"userIdentity": identity}) == "210987654321"
    assert events.account({}) == "unknown"


def test_a_failed_change_says_so_and_has_an_alert_of_its_own(events):
    done = {"recipientAccountId": "123456789012", "userIdentity": {"userName": "a"}}
    failed = done | {"errorCode": "AccessDenied"}
    assert events.call_title(done, "Stop of a trail") == "Stop of a trail by a in account 123456789012"
    assert events.call_title(done | {"eventName": "StopLogging"}, "Stop of a trail").startswith(
        "Stop of a trail (StopLogging) by a"
    )
    assert events.call_title(failed, "Stop of a trail").endswith("123456789012, failed with AccessDenied")
    assert [events.call_dedup(event) for event in (done, failed)] == [
        "123456789012 a",
        "123456789012 a failed",
    ]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"errorCode": "AccessDenied"}, "failed with AccessDenied"),
        ({"errorMessage": "not authorized"}, "failed"),
        ({"errorCode": 403}, "failed"),
    ],
)
@pytest.mark.usefixtures("library")
def test_a_failed_call_of_the_root_user_says_so_and_does_not_hide_one_that_succeeds(error, told):
    rule = body_of("AWS.Root.Activity")
    done = {
        "eventName": "CreateUser",
        "recipientAccountId": "1",
        "userIdentity": {"type": "Root", "arn": "arn:aws:iam::1:root"},
    }
    failed = done | error
    title = "Use of root (CreateUser) by arn:aws:iam::1:root in account 1"
    assert [rule.title(event) for event in (done, failed)] == [title, f"{title}, {told}"]
    assert [rule.dedup(event) for event in (done, failed)] == [
        "1 arn:aws:iam::1:root",
        "1 arn:aws:iam::1:root failed",
    ]


def test_the_sessions_of_a_role_share_an_alert(events):
    issuer = {"sessionContext": {"sessionIssuer": {"arn": "arn:aws:iam::1:role/deploy"}}}
    sessions = [issuer | {"arn": f"arn:aws:sts::1:assumed-role/deploy/{number}"} for number in range(2)]
    keys = {events.lasting_caller({"userIdentity": session}) for session in sessions}
    assert keys == {"unknown arn:aws:iam::1:role/deploy"}


@pytest.mark.parametrize(
    ("caller", "lasting"),
    [
        ({"arn": "arn:aws:sts::1:assumed-role/deploy/1"}, "arn:aws:sts::1:assumed-role/deploy"),
        ({"type": "AWSAccount", "principalId": "AROAEXAMPLE:i-1"}, "AROAEXAMPLE"),
        ({"type": "AWSAccount", "principalId": "AIDAEXAMPLE"}, "AIDAEXAMPLE"),
        ({"arn": "arn:aws:iam::1:user/team/alice"}, "arn:aws:iam::1:user/team/alice"),
    ],
)
def test_a_session_that_names_no_role_is_known_by_what_stands_before_it(events, caller, lasting):
    # Calls from another account come without the context of the session.
    assert events.lasting_caller({"userIdentity": caller}) == f"unknown {lasting}"


def test_the_context_lists_the_resources_that_have_an_arn(events):
    resources = [{"arn": "arn:aws:s3:::a"}, {"type": "AWS::S3::Object"}, None, {"arn": "arn:aws:s3:::b"}]
    assert events.event_context({"resources": resources})["resources"] == ["arn:aws:s3:::a", "arn:aws:s3:::b"]
