"""Checks that the root user has no active access key."""

from collections.abc import Mapping

from aws_credentials import active_keys
from aws_globals import read


def policy(resource):
    report = read(resource, "CredentialReport")
    return isinstance(report, Mapping) and not active_keys(report)
