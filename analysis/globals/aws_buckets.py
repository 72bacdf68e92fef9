"""Reads the ACLs and the policies of S3 buckets."""

from collections.abc import Mapping

from aws_globals import (
    holds_maps,
    is_sound_statement,
    parse_policy,
    policy_statements,
    public_grants,
    read,
    read_text,
)


def everyone_may(bucket, permissions):
    """Tell whether the bucket's ACL grants everybody one of the permissions, or is unreadable."""
    # A permission that cannot be read may be any.
    return not holds_maps(bucket, "Grants") or any(
        read_text(grant, "Permission") in (*permissions, "") for grant in public_grants(bucket)
    )


def bucket_statements(bucket):
    """Return the statements of the bucket's policy: none without a policy, and None when it is unreadable."""
    document = read(bucket, "Policy")
    if document is None:
        return []
    parsed = parse_policy(document)
    statements = policy_statements(parsed)
    is_single = isinstance(read(parsed, "Statement"), Mapping)
    is_sound = (
        parsed is not None
        and (is_single or holds_maps(parsed, "Statement"))
        and all(is_sound_statement(statement) for statement in statements)
    )
    return statements if is_sound else None
