"""Checks that a user with a console password needs a second factor."""

from aws_credentials import check_report
from aws_globals import read


def policy(resource):
    return check_report(resource, needs_second_factor)


def needs_second_factor(report):
    return not read(report, "PasswordEnabled") or read(report, "MfaActive") is True
