"""Checks that EBS optimisation is on where an instance type leaves the choice."""

from aws_globals import read, read_text
from aws_managed_configuration import OPTIONAL_EBS_OPTIMIZATION_TYPES


def policy(resource):
    is_optional = read_text(resource, "InstanceType") in OPTIONAL_EBS_OPTIMIZATION_TYPES
    return not is_optional or read(resource, "EbsOptimized") is True
