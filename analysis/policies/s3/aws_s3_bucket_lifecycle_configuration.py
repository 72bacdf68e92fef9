"""A lifecycle rule of the bucket deletes objects in due time."""

from aws_globals import read_maps, read_number, read_text
from aws_s3_configuration import MAXIMUM_EXPIRATION_DAYS, MINIMUM_EXPIRATION_DAYS


def expires_in_time(rule):
    days = read_number(rule, "Expiration", "Days")
    if read_text(rule, "Status") != "Enabled" or days is None:
        return False
    return MINIMUM_EXPIRATION_DAYS <= days <= MAXIMUM_EXPIRATION_DAYS


def policy(resource):
    return any(expires_in_time(rule) for rule in read_maps(resource, "LifecycleRules"))
