"""Checks that the root user needs a second factor."""

from aws_globals import read


def policy(resource):
    return read(resource, "CredentialReport", "MfaActive") is True
