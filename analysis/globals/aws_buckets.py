"""Reads the ACLs and the policies of S3 buckets."""

from collections.abc import Mapping

from aws_globals import is_list, parse_policy, policy_statements, public_grants, read, read_text


def everyone_may(bucket, permissions):
    """Tell whether the bucket's ACL grants everybody one of the permissions, or is unreadable."""
    grants = read(bucket, "Grants")
    if grants is not None and not is_list(grants):
        return True
    return any(read_text(grant, "Permission") in permissions for grant in public_grants(bucket))


def bucket_statements(bucket):
    """Return the statements of the bucket's policy: none without a policy, and None when it is unreadable."""
    document = read(bucket, "Policy")
    if document is None:
        return []
    parsed = parse_policy(document)
    return policy_statements(parsed) if parsed is not None and _is_sound(read(parsed, "Statement")) else None


def _is_sound(statement):
    if statement is None or isinstance(statement, Mapping):
        return True
    return is_list(statement) and all(isinstance(item, Mapping) for item in statement)
