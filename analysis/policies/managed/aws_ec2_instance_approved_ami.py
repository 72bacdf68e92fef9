"""Checks that an instance runs an approved AMI."""

from aws_globals import read_text
from aws_managed_configuration import APPROVED_AMIS


def policy(resource):
    return read_text(resource, "ImageId") in APPROVED_AMIS
