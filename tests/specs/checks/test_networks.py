"""Networks that conditions compare addresses with."""

import pytest

from tests.specs.found import BODY, find

SIMPLE = "AnalysisType: rule\nRuleID: A\nEnabled: true\nSeverity: Low\nLogTypes: [AWS.CloudTrail]\n"
INSIDE = "{{Condition: {}, Value: {}, KeyPath: ip}}"


def find_in(key: str, before: str, condition: str, value: str, after: str) -> list[tuple[str, str]]:
    """What is told of one condition in a spec, with its place."""
    other = "Filename: a.py\n" if key != "Detection" else ""
    line = f"{key}: {before}{INSIDE.format(condition, value)}{after}\n"
    found = find({"a.yml": f"{SIMPLE}{other}{line}", "a.py": BODY}, ["a.yml"])
    return [(str(each.location), each.message) for each in found if each.check == "wrong-value"]


@pytest.mark.parametrize(
    ("key", "before", "after", "place"),
    [
        ("Detection", "[", "]", "a.yml:6:51"),
        ("Detection", "[{Any: [", "]}]", "a.yml:6:58"),
        ("InlineFilters", "[", "]", "a.yml:7:55"),
        ("DynamicSeverities", "[{ChangeTo: Low, Conditions: [", "]}]", "a.yml:7:88"),
    ],
)
def test_what_is_no_network_is_told_wherever_conditions_are(key, before, after, place) -> None:
    found = find_in(key, before, "IsIPAddressInCIDR", "10.0.0.0/99", after)
    assert found == [(place, "`10.0.0.0/99` is no IP address or network.")]


@pytest.mark.parametrize("value", ["10.0.0.1", "10.0.0.1/8", "fe80::/10", "'::1'"])
@pytest.mark.parametrize("condition", ["IsIPAddressNotInCIDR", "CIDRContainsIPAddresses"])
def test_addresses_and_networks_are_right(condition, value) -> None:
    assert find_in("Detection", "[", condition, value, "]") == []


@pytest.mark.parametrize("value", ["5", "[10.0.0.0/99]", "{a: b}", "null"])
def test_of_what_is_no_text_another_check_tells(value) -> None:
    told = [message for _, message in find_in("Detection", "[", "IsIPAddressInCIDR", value, "]")]
    assert not any("is no IP address" in message for message in told)


def test_other_conditions_compare_with_any_text() -> None:
    assert find_in("Detection", "[", "Equals", "10.0.0.0/99", "]") == []
