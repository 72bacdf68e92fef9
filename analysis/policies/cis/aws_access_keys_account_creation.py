"""Checks that an identity's first access key was not made together with the identity."""

from aws_cis_configuration import MINIMUM_SECONDS_TO_FIRST_KEY
from aws_credentials import check_report
from aws_globals import ZERO_TIME, parse_time, read


def policy(resource):
    return check_report(resource, lambda report: made_later(resource, report))


def made_later(resource, report):
    rotated = read(report, "AccessKey1LastRotated")
    if rotated == ZERO_TIME:
        return True
    key_made = parse_time(rotated)
    identity_made = parse_time(read(resource, "TimeCreated"))
    if key_made is None or identity_made is None:
        return False
    return (key_made - identity_made).total_seconds() >= MINIMUM_SECONDS_TO_FIRST_KEY
