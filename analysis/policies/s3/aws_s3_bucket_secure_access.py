"""The bucket's policy insists on encrypted connections."""

from aws_buckets import bucket_statements
from aws_globals import allows_everyone, as_strings, is_list, read, read_text


def secure_transport(statement, operator="Bool"):
    """Return the values, in lower case, that the statement compares the state of the connection with."""
    value = read(statement, "Condition", operator, "aws:SecureTransport")
    return [str(item).lower() for item in (value if is_list(value) else [value])]


def is_about_plain_connections(statement):
    """Tell whether the statement applies to every plain connection: a second condition would spare some."""
    return any(
        secure_transport(statement, operator) == ["false"]
        and len(statement["Condition"]) == len(statement["Condition"][operator]) == 1
        for operator in ("Bool", "BoolIfExists")
    )


def covers_all_requests(statement):
    """Tell whether the statement applies to every action and to each object of the bucket."""
    actions = [action.lower() for action in as_strings(read(statement, "Action"))]
    objects = [name.partition("/")[2] or name[-1:] for name in as_strings(read(statement, "Resource"))]
    return ("*" in actions or "s3:*" in actions) and "*" in objects


def denies_plain_connections(statement):
    return (
        read_text(statement, "Effect") == "Deny"
        and allows_everyone(read(statement, "Principal"))
        and is_about_plain_connections(statement)
    )


def allows_nothing_else(statements):
    allowing = [item for item in statements if read_text(item, "Effect") == "Allow"]
    return bool(allowing) and all(secure_transport(item) == ["true"] for item in allowing)


def policy(resource):
    # Only a Deny binds the account's own principals, whom IAM lets in whatever the policy allows.
    statements = bucket_statements(resource) or []
    denying = [item for item in statements if denies_plain_connections(item)]
    return any(covers_all_requests(item) for item in denying) or (
        bool(denying) and allows_nothing_else(statements)
    )
