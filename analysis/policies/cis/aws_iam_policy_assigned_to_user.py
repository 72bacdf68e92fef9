"""Checks that a user gets all permissions from groups."""

from aws_globals import read


def policy(resource):
    return read(resource, "InlinePolicies") is None and read(resource, "ManagedPolicyNames") is None
