"""Checks that a policy is attached to the roles configured for it."""

from aws_globals import read_list, read_text
from aws_managed_configuration import POLICY_ROLES
from aws_resource_checks import meets_entry


def policy(resource):
    roles = [read_text(role, "RoleName") for role in read_list(resource, "Entities", "PolicyRoles")]
    return meets_entry(resource, "Name", POLICY_ROLES, lambda wanted: all(role in roles for role in wanted))
