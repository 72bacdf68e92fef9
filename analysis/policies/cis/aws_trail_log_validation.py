"""Checks that a trail writes the digests that reveal tampered log files."""

from aws_globals import read


def policy(resource):
    return read(resource, "LogFileValidationEnabled") is True
