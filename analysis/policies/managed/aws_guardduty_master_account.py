"""Checks that a GuardDuty detector reports to the configured master account."""

from aws_globals import read_text
from aws_managed_configuration import GUARDDUTY_MASTER_ACCOUNT


def policy(resource):
    wanted = master_account()
    return not wanted or read_text(resource, "Master", "AccountId") == wanted


def master_account():
    return GUARDDUTY_MASTER_ACCOUNT
