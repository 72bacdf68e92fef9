"""Checks that instances of a listed AMI run on a dedicated host approved for it."""

from aws_globals import read_text
from aws_managed_configuration import AMI_HOSTS
from aws_resource_checks import meets_entry


def policy(resource):
    host = read_text(resource, "Placement", "HostId")
    return meets_entry(resource, "ImageId", AMI_HOSTS, lambda approved: host in approved)
