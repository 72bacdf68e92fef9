"""Checks that instances of a listed AMI are of a type approved for it."""

from aws_ec2_ami_approval import is_allowed_for_image
from aws_managed_configuration import AMI_INSTANCE_TYPES


def policy(resource):
    return is_allowed_for_image(resource, AMI_INSTANCE_TYPES, "InstanceType")
