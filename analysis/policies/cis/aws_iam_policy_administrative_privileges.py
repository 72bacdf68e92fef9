"""Checks that no statement of a managed policy allows everything on everything."""

from aws_globals import as_strings, is_list, parse_policy, read


def policy(resource):
    document = parse_policy(read(resource, "PolicyDocument"))
    if document is None or "Statement" not in document:
        return False
    statement = document["Statement"]
    return all(is_limited(item) for item in (statement if is_list(statement) else [statement]))


def is_limited(statement):
    effect = read(statement, "Effect")
    if effect == "Allow":
        return not (allows_any(statement, "Action") and allows_any(statement, "Resource"))
    # A statement that neither allows nor denies is not understood.
    return effect == "Deny"


def allows_any(statement, key):
    return "*" in as_strings(read(statement, key))
