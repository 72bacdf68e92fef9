"""Checks that a cluster is encrypted."""

from aws_globals import read


def policy(resource):
    return read(resource, "Encrypted") is True
