"""Checks that a certificate stays valid for a while."""

from aws_globals import answered, days_since, read, within
from aws_managed_configuration import MINIMUM_VALIDITY_DAYS


def policy(resource):
    return within(answered(days_since(read(resource, "NotAfter"))), -MINIMUM_VALIDITY_DAYS)
