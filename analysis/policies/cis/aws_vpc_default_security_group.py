"""Checks that the default security group of a VPC lets nothing through."""

from collections.abc import Mapping

from aws_globals import answered, read, read_text
from aws_resources import find_resource, security_group_id


def policy(resource):
    region = read_text(resource, "Region")
    # Of a shared VPC, the group belongs to the owner rather than to the account that sees it.
    owner = read_text(resource, "OwnerId") or read_text(resource, "AccountId")
    group_id = read_text(resource, "DefaultSecurityGroupId")
    if not (region and owner and group_id):
        return False
    group = answered(find_resource(security_group_id(region, owner, group_id)))
    # A group of an account that is not scanned is not this account's to mend.
    return group is None or (isinstance(group, Mapping) and has_no_rules(group))


def has_no_rules(group):
    return read(group, "IpPermissions") is None and read(group, "IpPermissionsEgress") is None
