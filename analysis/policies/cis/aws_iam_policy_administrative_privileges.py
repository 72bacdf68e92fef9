"""Checks that no statement of a managed policy allows everything on everything."""

from aws_globals import as_strings, is_list, is_sound_statement, parse_policy, read


def policy(resource):
    document = parse_policy(read(resource, "PolicyDocument"))
    if document is None or "Statement" not in document:
        return False
    statement = document["Statement"]
    return all(is_limited(item) for item in (statement if is_list(statement) else [statement]))


def is_limited(statement):
    # A statement that is not understood may allow everything.
    return is_sound_statement(statement) and not allows_everything(statement)


def allows_everything(statement):
    is_allowing = read(statement, "Effect") == "Allow"
    return is_allowing and allows_any(statement, "Action") and allows_any(statement, "Resource")


def allows_any(statement, key):
    return "*" in as_strings(read(statement, key))
