"""Checks that every active access key was replaced lately."""

from aws_cis_configuration import MAXIMUM_KEY_AGE_DAYS
from aws_credentials import active_keys, check_report
from aws_globals import answered, days_since, read, within


def policy(resource):
    return check_report(resource, keys_are_fresh)


def keys_are_fresh(report):
    return all(
        within(answered(days_since(read(report, f"{key}LastRotated"))), MAXIMUM_KEY_AGE_DAYS)
        for key in active_keys(report)
    )
