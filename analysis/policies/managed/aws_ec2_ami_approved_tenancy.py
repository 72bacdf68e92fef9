"""Checks that instances of a listed AMI run with a tenancy approved for it."""

from aws_ec2_ami_approval import is_allowed_for_image
from aws_managed_configuration import AMI_TENANCIES


def policy(resource):
    return is_allowed_for_image(resource, AMI_TENANCIES, "Placement", "Tenancy")
