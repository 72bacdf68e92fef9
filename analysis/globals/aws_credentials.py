"""Reads the row that the credential report holds for an IAM identity."""

from collections.abc import Mapping

from aws_globals import ZERO_TIME, read


def check_report(resource, check):
    """Judge the row: an identity that no report lists yet complies, one with an unreadable row does not."""
    report = read(resource, "CredentialReport")
    if report is None:
        return True
    return isinstance(report, Mapping) and check(report)


def active_keys(report):
    """Return the active ones of the two access keys, by the prefix of their fields."""
    return [key for key in ("AccessKey1", "AccessKey2") if read(report, f"{key}Active")]


def last_sign(report, used, made):
    """Return when a credential was last used or, if it never was, when it was made."""
    return read(report, made if read(report, used) == ZERO_TIME else used)
