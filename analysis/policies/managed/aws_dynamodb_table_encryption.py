"""Checks that a table is encrypted with a KMS key."""

from aws_globals import read


def policy(resource):
    return read(resource, "SSEDescription", "Status") == "ENABLED"
