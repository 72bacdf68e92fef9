"""Checks that a user's console password is in use."""

from aws_cis_configuration import MAXIMUM_PASSWORD_IDLE_DAYS
from aws_credentials import check_report, last_sign
from aws_globals import answered, days_since, read, within


def policy(resource):
    return check_report(resource, password_is_used)


def password_is_used(report):
    if not read(report, "PasswordEnabled"):
        return True
    signed_in = last_sign(report, "PasswordLastUsed", "PasswordLastChanged")
    return within(answered(days_since(signed_in)), MAXIMUM_PASSWORD_IDLE_DAYS)
