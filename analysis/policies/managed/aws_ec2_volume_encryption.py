"""Checks that a volume in use is encrypted."""

from aws_globals import read


def policy(resource):
    return read(resource, "State") != "in-use" or read(resource, "Encrypted") is True
