"""Checks that the second factor of the root user is a device of its own."""

from collections.abc import Mapping

from aws_globals import read


def policy(resource):
    report = read(resource, "CredentialReport")
    if not isinstance(report, Mapping):
        return False
    # A root user without any second factor is the concern of AWS.RootAccount.MFA.
    return not read(report, "MfaActive") or read(resource, "VirtualMFA") is None
