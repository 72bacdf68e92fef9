"""Checks that a certificate stays valid for a while."""

from aws_globals import days_since, read
from aws_managed_configuration import MINIMUM_VALIDITY_DAYS


def policy(resource):
    passed = days_since(read(resource, "NotAfter"))
    return passed is not None and passed <= -MINIMUM_VALIDITY_DAYS
