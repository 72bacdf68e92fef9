"""Checks that instances of a listed AMI run with a tenancy approved for it."""

from aws_globals import read_text
from aws_managed_configuration import AMI_TENANCIES
from aws_resource_checks import meets_entry


def policy(resource):
    tenancy = read_text(resource, "Placement", "Tenancy")
    return meets_entry(resource, "ImageId", AMI_TENANCIES, lambda approved: tenancy in approved)
