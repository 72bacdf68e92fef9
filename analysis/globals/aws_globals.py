"""Readers for events and resources that answer, rather than raise, whatever the data looks like."""

import ipaddress
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

DMZ_NETWORKS = ["10.1.0.0/24", "100.1.0.0/24"]
DMZ_TAG_KEY = "environment"
DMZ_TAG_VALUE = "dmz"

# The date that stands for "never" in a credential report.
ZERO_TIME = "0001-01-01T00:00:00Z"

PUBLIC_GROUPS = [
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
]


def is_list(value):
    """Tell whether the value is a list of any type; text is not."""
    return isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray)


def read(value, *keys):
    """Follow the keys through nested mappings; None for whatever is missing, null or empty."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    if isinstance(value, Mapping | Sequence) and len(value) == 0:
        return None
    return value


def read_list(value, *keys):
    """Return the list under the keys as a plain list; empty when there is none."""
    found = read(value, *keys)
    return list(found) if is_list(found) else []


def read_maps(value, *keys):
    """Return the mappings in the list under the keys."""
    return [item for item in read_list(value, *keys) if isinstance(item, Mapping)]


def holds_maps(value, *keys):
    """Tell whether there is nothing under the keys, or a list of mappings alone."""
    found = read(value, *keys)
    return found is None or (is_list(found) and all(isinstance(item, Mapping) for item in found))


def holds_strings(value):
    """Tell whether the value is nothing, one string, or a list of strings alone."""
    found = read(value)
    items = found if is_list(found) else [found]
    return found is None or all(isinstance(item, str) for item in items)


def read_text(value, *keys):
    """Return the string under the keys; "" when there is none."""
    found = read(value, *keys)
    return found if isinstance(found, str) else ""


def read_number(value, *keys):
    """Return the number under the keys, or None; a boolean is no number."""
    found = read(value, *keys)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def plain(value):
    """Return a copy of the value in plain maps, lists and numbers, as JSON takes them."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if is_list(value):
        return [plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def answered(value):
    """Return the answer of a function that cases replace: a mock answers in text, which is JSON then."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def within(number, limit):
    """Tell whether there is a number and it does not exceed the limit."""
    return number is not None and number <= limit


def at_least(number, limit):
    """Tell whether there is a number and it reaches the limit."""
    return number is not None and number >= limit


def parse_time(text):
    """Return the moment that an ISO 8601 string names, in UTC, or None; without an offset it is UTC."""
    try:
        moment = datetime.fromisoformat(text.strip().upper())
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None


def age(text):
    """Return the time passed since the moment, negative for a future one; None when it is unreadable."""
    moment = parse_time(text)
    return None if moment is None else datetime.now(UTC) - moment


def hours_since(text):
    """Return the age in hours, or None."""
    passed = age(text)
    return None if passed is None else passed.total_seconds() / 3600


def days_since(text):
    """Return the age in days, or None."""
    passed = age(text)
    return None if passed is None else passed.total_seconds() / 86400


def parse_policy(document):
    """Return a policy document, given as JSON text or as a mapping, as a mapping; None when unreadable."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except (ValueError, RecursionError):
            return None
    return document if isinstance(document, Mapping) else None


def policy_statements(document):
    """Return the statements of a policy document; it may hold a single one without a list."""
    statement = read(parse_policy(document), "Statement")
    return [statement] if isinstance(statement, Mapping) else read_maps(statement)


def is_sound_statement(statement):
    """Tell whether a statement of a policy allows or denies, and what it is about can be read."""
    principal = read(statement, "Principal")
    parts = [
        *(principal.values() if isinstance(principal, Mapping) else [principal]),
        *(read(statement, key) for key in ("Action", "NotAction", "Resource", "NotResource")),
    ]
    return read_text(statement, "Effect") in ("Allow", "Deny") and all(holds_strings(part) for part in parts)


def as_strings(value):
    """Return the strings of a value that is one string or a list of them."""
    if isinstance(value, str):
        return [value]
    return [item for item in read_list(value) if isinstance(item, str)]


def allows_everyone(principal):
    """Tell whether the principal of a statement is anybody at all."""
    if isinstance(principal, Mapping):
        principal = principal.get("AWS")
    return "*" in as_strings(principal)


def lasting_name(caller):
    """Return the ARN or the id of a caller; of a role without its session, as sessions come and go."""
    if ":assumed-role/" in caller:
        return caller.rpartition("/")[0]
    return caller.partition(":")[0] if caller.startswith("AROA") else caller


def public_grants(bucket):
    """Return the grants of a bucket that go to everybody, or to somebody who cannot be read."""
    return [grant for grant in read_maps(bucket, "Grants") if may_be_public(read(grant, "Grantee"))]


def may_be_public(grantee):
    """Tell whether a grantee is one of the groups anybody belongs to; one of a wrong type may be."""
    if not isinstance(grantee, Mapping):
        return grantee is not None
    group = read(grantee, "URI")
    return group in PUBLIC_GROUPS or not isinstance(group, str | None)


def network(text):
    """Return the network of a CIDR string, or None."""
    try:
        return ipaddress.ip_network(text, strict=False) if isinstance(text, str) else None
    except ValueError:
        return None


def address(text):
    """Return the IP address of a string, or None."""
    try:
        return ipaddress.ip_address(text) if isinstance(text, str) else None
    except ValueError:
        return None


def is_dmz_network(cidr):
    """Tell whether the network shares an address with one of the DMZ networks."""
    given = network(cidr)
    return given is not None and any(given.overlaps(ipaddress.ip_network(dmz)) for dmz in DMZ_NETWORKS)


def is_dmz_resource(resource):
    """Tell whether the resource carries the tag of the DMZ."""
    return read(resource, "Tags", DMZ_TAG_KEY) == DMZ_TAG_VALUE
