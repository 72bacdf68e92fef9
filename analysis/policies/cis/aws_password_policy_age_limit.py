"""Checks that passwords expire in time."""

from aws_cis_configuration import MAXIMUM_PASSWORD_AGE_DAYS
from aws_globals import read_number, within


def policy(resource):
    return within(read_number(resource, "MaxPasswordAge"), MAXIMUM_PASSWORD_AGE_DAYS)
