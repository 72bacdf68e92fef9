"""Checks that an instance runs on an approved dedicated host."""

from aws_globals import read_text
from aws_managed_configuration import APPROVED_HOSTS


def policy(resource):
    return read_text(resource, "Placement", "HostId") in APPROVED_HOSTS
