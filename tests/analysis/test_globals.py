"""What the shared readers do beyond what the cases of the detections show."""

import importlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest


@pytest.fixture
def aws(library):
    return importlib.import_module("aws_globals")


@pytest.mark.parametrize(
    "text",
    [
        "2019-01-01T02:30:00Z",
        "2019-01-01T02:30:00.000000000Z",
        "2019-01-01t02:30:00z",
        "2019-01-01 02:30:00",
        " 2019-01-01T02:30:00.0 ",
        "2019-01-01T04:30:00+02:00",
        "2018-12-31T21:30:00-0500",
    ],
)
def test_a_time_is_read_in_every_spelling(aws, text):
    assert aws.parse_time(text) == datetime(2019, 1, 1, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("answer", "value"),
    [('{"a": [1]}', {"a": [1]}), ("null", None), ("90.0", 90.0), ("no JSON", "no JSON"), ([1], [1])],
)
def test_an_answer_is_read_from_the_text_of_a_mock(aws, answer, value):
    assert aws.answered(answer) == value


def test_the_time_that_means_never_is_read(aws):
    assert aws.parse_time(aws.ZERO_TIME) == datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "soon", "2019-13-01", "0001-01-01T00:00:00+02:00", b"2019-01-01", 7, None, []]
)
def test_what_is_no_time_is_none(aws, text):
    assert aws.parse_time(text) is None
    assert aws.age(text) is None
    assert aws.hours_since(text) is None
    assert aws.days_since(text) is None


def test_ages_are_in_hours_and_days(aws):
    then = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    assert aws.hours_since(then) == pytest.approx(72, abs=0.1)
    assert aws.days_since(then) == pytest.approx(3, abs=0.01)


def test_a_future_time_has_a_negative_age(aws):
    then = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    assert aws.days_since(then) == pytest.approx(-3, abs=0.01)


@pytest.mark.parametrize(
    "document", ["[" * 100_000, '{"Statement": ' * 100_000, "{", "[]", "7", 7, None, b"{}"]
)
def test_what_is_no_policy_has_no_statements(aws, document):
    assert aws.policy_statements(document) == []


def test_a_network_may_be_written_with_host_bits(aws):
    assert str(aws.network("10.0.0.7/24")) == "10.0.0.0/24"


@pytest.mark.parametrize("value", [167772161, None, "10.0.0.0/33", "host", b"\n\n\n\n"])
def test_what_is_no_network_or_address_is_none(aws, value):
    assert aws.network(value) is None
    assert aws.address(value) is None


@pytest.mark.parametrize("cidr", ["10.1.0.0/24", "10.1.0.128/25", "10.0.0.0/8", "100.1.0.9", "0.0.0.0/0"])
def test_a_network_that_meets_a_dmz_network_is_of_the_dmz(aws, cidr):
    assert aws.is_dmz_network(cidr) is True


@pytest.mark.parametrize("cidr", ["10.1.1.0/24", "100.1.1.0/24", "::/0", "", "dmz", None, 7, ["10.1.0.0/24"]])
def test_every_other_network_is_not(aws, cidr):
    assert aws.is_dmz_network(cidr) is False


def test_the_tag_of_the_dmz_makes_a_resource_of_the_dmz(aws):
    assert aws.is_dmz_resource({"Tags": {"environment": "dmz", "team": "web"}}) is True


@pytest.mark.parametrize(
    "resource",
    [
        {"Tags": {"environment": "test"}},
        {"Tags": {"team": "dmz"}},
        {"Tags": None},
        {"Tags": ["dmz"]},
        {},
        None,
    ],
)
def test_a_resource_without_the_tag_is_not_of_the_dmz(aws, resource):
    assert aws.is_dmz_resource(resource) is False


@pytest.mark.parametrize(
    ("value", "found"), [(0, 0), (False, False), ("", None), ([], None), ({}, None), (None, None), ("x", "x")]
)
def test_null_and_empty_read_as_missing_but_zero_and_false_do_not(aws, value, found):
    assert aws.read({"a": {"b": value}}, "a", "b") == found


def test_the_ids_of_buckets_and_security_groups_are_those_of_the_scan(library):
    resources = importlib.import_module("aws_resources")
    assert resources.bucket_id("trail-logs") == "arn:aws:s3:::trail-logs"
    group = resources.security_group_id("us-west-2", "123456789012", "sg-1")
    assert group == "arn:aws:ec2:us-west-2:123456789012:security-group/sg-1"


def test_decimals_become_numbers(aws):
    value = {"ports": [Decimal(22), Decimal("1.5")], "name": "web", "open": True}
    assert repr(aws.plain(value)) == "{'ports': [22, 1.5], 'name': 'web', 'open': True}"
