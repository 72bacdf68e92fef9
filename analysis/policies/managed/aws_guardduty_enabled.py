"""Checks that every required region has a GuardDuty detector."""

from aws_globals import answered, as_strings, read_list
from aws_managed_configuration import GUARDDUTY_REGIONS


def policy(resource):
    # A detector is listed as <account>:<region>:AWS.GuardDuty.Detector.
    parts = [detector.split(":") for detector in as_strings(read_list(resource, "Detectors"))]
    covered = [part[1] for part in parts if len(part) > 1]
    return all(region in covered for region in answered(required_regions()))


def required_regions():
    return GUARDDUTY_REGIONS
