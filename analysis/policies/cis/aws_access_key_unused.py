"""Checks that every active access key is in use."""

from aws_cis_configuration import MAXIMUM_KEY_IDLE_DAYS
from aws_credentials import active_keys, check_report, last_sign
from aws_globals import answered, days_since, within


def policy(resource):
    return check_report(resource, keys_are_used)


def keys_are_used(report):
    return all(
        within(
            answered(days_since(last_sign(report, f"{key}LastUsedDate", f"{key}LastRotated"))),
            MAXIMUM_KEY_IDLE_DAYS,
        )
        for key in active_keys(report)
    )
