"""Checks that a cluster takes new versions in its maintenance window."""

from aws_globals import read


def policy(resource):
    return read(resource, "AllowVersionUpgrade") is True
