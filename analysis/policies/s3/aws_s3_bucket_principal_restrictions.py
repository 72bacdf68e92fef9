"""The bucket's policy lets nobody in without naming them or narrowing down who they can be."""

from collections.abc import Mapping

from aws_buckets import bucket_statements
from aws_globals import allows_everyone, as_strings, is_list, network, read, read_text
from aws_s3_configuration import NARROWING_KEYS, NARROWING_OPERATORS, OPEN_VALUES

OPERATORS = tuple(name.lower() for name in NARROWING_OPERATORS)
KEYS = [name.lower() for name in NARROWING_KEYS]


def narrows(operator, key, value):
    """Tell whether one comparison of a condition keeps strangers out."""
    qualifier, _, name = str(operator).lower().rpartition(":")
    if qualifier not in ("", "forallvalues", "foranyvalue") or not name.startswith(OPERATORS):
        return False
    if str(key).lower() not in KEYS or read(value) is None:
        return False
    if qualifier and not is_list(value):
        return False
    return not any(is_open(item) for item in (value if is_list(value) else [value]))


def is_open(value):
    """Tell whether everybody meets the value, as with a network of all addresses, however it is written."""
    sources = network(value)
    return value in OPEN_VALUES or (sources is not None and sources.prefixlen == 0)


def is_narrowed(statement):
    condition = read(statement, "Condition")
    tests = condition.items() if isinstance(condition, Mapping) else []
    return any(
        narrows(operator, key, value)
        for operator, comparisons in tests
        if isinstance(comparisons, Mapping)
        for key, value in comparisons.items()
    )


def lets_everyone_in(statement):
    principal = read(statement, "Principal")
    everyone = allows_everyone(principal) or "*" in as_strings(read(principal, "Service"))
    return read_text(statement, "Effect") == "Allow" and everyone and not is_narrowed(statement)


def policy(resource):
    statements = bucket_statements(resource)
    return statements is not None and not any(lets_everyone_in(item) for item in statements)
