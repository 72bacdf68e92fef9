"""Checks that instances of a listed AMI are of a type approved for it."""

from aws_globals import read_text
from aws_managed_configuration import AMI_INSTANCE_TYPES
from aws_resource_checks import meets_entry


def policy(resource):
    instance_type = read_text(resource, "InstanceType")
    return meets_entry(resource, "ImageId", AMI_INSTANCE_TYPES, lambda approved: instance_type in approved)
