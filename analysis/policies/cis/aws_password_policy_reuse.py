"""Checks that the account remembers enough of a user's former passwords."""

from aws_cis_configuration import MINIMUM_REMEMBERED_PASSWORDS
from aws_globals import at_least, read_number


def policy(resource):
    return at_least(read_number(resource, "PasswordReusePrevention"), MINIMUM_REMEMBERED_PASSWORDS)
