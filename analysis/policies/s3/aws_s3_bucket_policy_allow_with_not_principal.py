"""The bucket's policy has no statement that allows everybody but a few."""

from aws_buckets import bucket_statements
from aws_globals import read_text


def policy(resource):
    statements = bucket_statements(resource)
    if statements is None:
        return False
    # The key counts even with an empty value: nobody is then excepted.
    return not any(read_text(item, "Effect") == "Allow" and "NotPrincipal" in item for item in statements)
