"""The bucket's policy insists on encrypted connections."""

from aws_buckets import bucket_statements
from aws_globals import allows_everyone, is_list, read, read_text


def secure_transport(statement):
    """Return the values, in lower case, that the statement compares the state of the connection with."""
    value = read(statement, "Condition", "Bool", "aws:SecureTransport")
    return [str(item).lower() for item in (value if is_list(value) else [value])]


def denies_plain_connections(statement):
    return (
        read_text(statement, "Effect") == "Deny"
        and allows_everyone(read(statement, "Principal"))
        and secure_transport(statement) == ["false"]
    )


def policy(resource):
    statements = bucket_statements(resource) or []
    if any(denies_plain_connections(item) for item in statements):
        return True
    allowing = [item for item in statements if read_text(item, "Effect") == "Allow"]
    return bool(allowing) and all(secure_transport(item) == ["true"] for item in allowing)
