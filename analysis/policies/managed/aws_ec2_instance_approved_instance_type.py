"""Checks that an instance is of an approved type."""

from aws_globals import read_text
from aws_managed_configuration import APPROVED_INSTANCE_TYPES


def policy(resource):
    return read_text(resource, "InstanceType") in APPROVED_INSTANCE_TYPES
