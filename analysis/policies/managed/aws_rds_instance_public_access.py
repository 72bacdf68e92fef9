"""Checks that a database instance has no public address."""

from aws_globals import read


def policy(resource):
    return not read(resource, "PubliclyAccessible")
