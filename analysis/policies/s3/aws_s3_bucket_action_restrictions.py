"""No statement of the bucket's policy allows every action of S3."""

from fnmatch import fnmatchcase

from aws_buckets import bucket_statements
from aws_globals import as_strings, read, read_text
from aws_s3_configuration import S3_ACTIONS


def is_named(action, patterns):
    """Tell whether a pattern of a statement, with * and ? as its only wildcards, names the action of S3."""
    name = f"s3:{action}".lower()
    return any(fnmatchcase(name, pattern.lower().replace("[", "[[]")) for pattern in patterns)


def allows_every_action(statement):
    named = as_strings(read(statement, "Action"))
    if named:
        return all(is_named(action, named) for action in S3_ACTIONS)
    # Without a readable list of actions the statement could allow anything.
    excepted = as_strings(read(statement, "NotAction"))
    return not any(is_named(action, excepted) for action in S3_ACTIONS)


def policy(resource):
    statements = bucket_statements(resource)
    if statements is None:
        return False
    return not any(read_text(item, "Effect") == "Allow" and allows_every_action(item) for item in statements)
