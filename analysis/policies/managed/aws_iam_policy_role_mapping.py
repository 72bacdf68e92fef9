"""Checks that a policy is attached to the roles configured for it."""

from aws_globals import read_list, read_text
from aws_managed_configuration import POLICY_ROLES


def policy(resource):
    wanted = POLICY_ROLES.get(read_text(resource, "Name"), [])
    roles = [read_text(role, "RoleName") for role in read_list(resource, "Entities", "PolicyRoles")]
    return all(role in roles for role in wanted)
