"""Checks that an instance runs with an approved tenancy."""

from aws_globals import read_text
from aws_managed_configuration import APPROVED_TENANCIES


def policy(resource):
    return read_text(resource, "Placement", "Tenancy") in APPROVED_TENANCIES
