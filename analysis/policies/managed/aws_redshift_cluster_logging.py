"""Checks that a cluster writes audit logs."""

from aws_globals import read


def policy(resource):
    return read(resource, "LoggingStatus", "LoggingEnabled") is True
