"""Match expressions decided in the plainest way, to hold the evaluator to: no trace, no tree, no short cuts.

It raises where the evaluator says that a condition can't be decided, and for nothing that follows it.
"""

import ipaddress
from typing import Any

NOT_THERE = "<not there>"


class Undecided(Exception):
    """As it says."""


def decide(expressions: list[Any], event: Any, filters: bool) -> bool:
    """All of the expressions hold."""
    return all(decide_one(each, event, filters) for each in expressions)


def decide_one(e: dict[str, Any], event: Any, filters: bool) -> bool:
    if "All" in e:
        return decide(e["All"], event, filters)
    if "Any" in e:
        if filters and e["Any"] == []:
            return True
        return any(decide_one(each, event, filters) for each in e["Any"])
    if "None" in e:
        return not decide_one({"Any": e["None"]}, event, filters)
    if "OnlyOne" in e:
        number = 0
        for each in e["OnlyOne"]:
            number += decide_one(each, event, filters)
            if number == 2:
                return False
        return number == 1
    name = e["Condition"]
    if name in ("AlwaysTrue", "AlwaysFalse"):
        return name == "AlwaysTrue"
    if "Expressions" in e:
        return count_elements(e, event, filters)
    if isinstance(e.get("Values"), list) and e["Values"] and isinstance(e["Values"][0], dict):
        value, wanted = (get(each, event, filters) for each in e["Values"])
        wanted = None if wanted == NOT_THERE else wanted
    else:
        value, wanted = get(e, event, filters), e.get("Value", e.get("Values"))
    return compare(name, value, wanted, filters)


def count_elements(e: dict[str, Any], event: Any, filters: bool) -> bool:
    items = get(e, event, filters)
    if items in (NOT_THERE, None):
        items = []
    if not isinstance(items, list):
        raise Undecided
    met = 0
    for item in items:
        is_met = decide(e["Expressions"], item, filters)
        met += is_met
        if e["Condition"] == "AnyElement" and is_met:
            return True
        if e["Condition"] == "NoElement" and is_met:
            return False
        if e["Condition"] == "AllElements" and not is_met:
            return False
        if e["Condition"] == "OnlyOneElement" and met == 2:
            return False
    return {"AnyElement": met > 0, "NoElement": met == 0, "AllElements": True, "OnlyOneElement": met == 1}[
        e["Condition"]
    ]


def get(e: dict[str, Any], event: Any, filters: bool) -> Any:
    if "Enrichment" in e:
        row = e["Enrichment"]
        return walk(event, ["p_enrichment", row["Table"], row["Selector"], *split(row["FieldPath"])], filters)
    if "Key" in e:
        return walk(event, [e["Key"]], filters)
    return walk(event, e["DeepKey"] if "DeepKey" in e else split(e["KeyPath"]), filters)


def split(path: str) -> list[Any]:
    parts = path.replace("[", ".[").removeprefix(".").split(".")
    return [p if p == "[*]" else int(p[1:-1]) if p[0] == "[" else p for p in parts]


def walk(value: Any, parts: list[Any], filters: bool) -> Any:
    if not parts:
        return value
    first, rest = parts[0], parts[1:]
    if first == "[*]":
        if not isinstance(value, list):
            return NOT_THERE
        found = [walk(item, rest, filters) for item in value]
        return [each for each in found if each is not None and each != NOT_THERE]
    if isinstance(first, int):
        is_in = isinstance(value, list) and -len(value) <= first < len(value)
        return walk(value[first], rest, filters) if is_in else NOT_THERE
    if not isinstance(value, dict):
        return NOT_THERE
    if first in value:
        return walk(value[first], rest, filters)
    for key in value:
        if not filters and key.lower() == first.lower():
            return walk(value[key], rest, filters)
    return NOT_THERE


def compare(name: str, value: Any, wanted: Any, filters: bool) -> bool:
    if name in ("Exists", "DoesNotExist"):
        return (value != NOT_THERE) == (name == "Exists")
    value = None if value == NOT_THERE else value
    for opposite, plain in (
        ("IDoesNotEqual", "IEquals"),
        ("DoesNotEqual", "Equals"),
        ("IDoesNotStartWith", "IStartsWith"),
        ("DoesNotStartWith", "StartsWith"),
        ("IDoesNotEndWith", "IEndsWith"),
        ("DoesNotEndWith", "EndsWith"),
        ("IDoesNotContain", "IContains"),
        ("DoesNotContain", "Contains"),
        ("DoesNotHave", "Contains"),
        ("IsNotIn", "IsIn"),
        ("IsNotNull", "IsNull"),
        ("IsNotNullOrEmpty", "IsNullOrEmpty"),
        ("IsIPAddressNotInCIDR", "IsIPAddressInCIDR"),
        ("IsNotIPAddressInCIDR", "IsIPAddressInCIDR"),
        ("IsNotIPAddress", "IsIPAddress"),
        ("IsNotIPv4Address", "IsIPv4Address"),
        ("IsNotIPv6Address", "IsIPv6Address"),
        ("IsNotIPAddressPublic", "IsIPAddressPublic"),
        ("IsNotIPAddressPrivate", "IsIPAddressPrivate"),
        ("CIDRDoesNotContainIPAddresses", "CIDRContainsIPAddresses"),
    ):
        if name == opposite:
            return not compare(plain, value, wanted, filters)
    if name == "Has":
        return compare("Contains", value, wanted, filters)
    if name in ("IEquals", "IStartsWith", "IEndsWith"):
        return compare(name[1:], lower(value), lower(wanted), filters)
    if name in ("Contains", "IContains"):
        return (contains_in_filters if filters else contains)(name, value, wanted)
    if name == "Equals":
        return bool(value == wanted)
    if name in ("StartsWith", "EndsWith"):
        if not (isinstance(value, str) and isinstance(wanted, str)):
            return False
        return wanted == (value[: len(wanted)] if name == "StartsWith" else value[len(value) - len(wanted) :])
    if name == "IsIn":
        if filters and isinstance(value, list):
            return any(each == other for each in value for other in wanted)
        return any(value == other for other in wanted)
    if name == "IsNull":
        return value is None
    if name == "IsNullOrEmpty":
        return value is None or value in ("", [], {})
    if "Greater" in name or "Less" in name:
        return order(name, value, wanted)
    return compare_addresses(name, value, wanted)


def lower(value: Any) -> Any:
    if isinstance(value, list):
        return [each.lower() if isinstance(each, str) else each for each in value]
    return value.lower() if isinstance(value, str) else value


def contains(name: str, value: Any, wanted: Any) -> bool:
    if value is None or wanted is None:
        return False
    if name == "IContains":
        value, wanted = lower(value), lower(wanted)
    if isinstance(value, list):
        return any(each == wanted for each in value)
    if not (isinstance(value, str) and isinstance(wanted, str)):
        raise Undecided
    return value.find(wanted) >= 0


def contains_in_filters(name: str, value: Any, wanted: Any) -> bool:
    if value is None:
        return False
    if name == "IContains":
        if isinstance(value, str) and isinstance(wanted, str):
            return wanted.lower() in value.lower()
        if isinstance(value, list) and isinstance(wanted, str):
            return any(isinstance(each, str) and wanted.lower() in each.lower() for each in value)
        if not value:
            return False
    try:
        if wanted in value:
            return True
        if name == "Contains" and isinstance(wanted, str) and isinstance(value, list):
            for each in value:
                if wanted in each:
                    return True
    except TypeError:
        raise Undecided from None
    return False


def order(name: str, value: Any, wanted: Any) -> bool:
    if value is None or wanted is None:
        return False
    try:
        is_less, is_greater = value < wanted, value > wanted
    except TypeError:
        raise Undecided from None
    if "Equal" in name:
        return not is_less if "Greater" in name else not is_greater
    return is_greater if "Greater" in name else is_less


def compare_addresses(name: str, value: Any, wanted: Any) -> bool:
    value, wanted = (
        each if each is not True and each is not False else "a boolean" for each in (value, wanted)
    )
    try:
        if name == "IsIPAddressInCIDR":
            network = ipaddress.ip_network(wanted, strict=False)
            return value is not None and ipaddress.ip_network(value, strict=False).overlaps(network)
        if name == "CIDRContainsIPAddresses":
            network = ipaddress.ip_network(wanted, strict=False)
            if not isinstance(value, list | None):
                raise Undecided
            addresses = ["a boolean" if each is True or each is False else each for each in value or []]
            return any(ipaddress.ip_network(each, strict=False).overlaps(network) for each in addresses)
        if name == "IsIPAddressPublic":
            return value is not None and ipaddress.ip_address(value).is_global
        if name == "IsIPAddressPrivate":
            return value is not None and ipaddress.ip_address(value).is_private
    except (ValueError, TypeError):
        raise Undecided from None
    if not isinstance(value, str):
        return False
    try:
        version = ipaddress.ip_address(value).version
    except ValueError:
        return False
    return {"IsIPAddress": True, "IsIPv4Address": version == 4, "IsIPv6Address": version == 6}[name]
