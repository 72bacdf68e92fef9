"""Checks that no managed policy of the deny list is attached."""

from aws_globals import answered
from aws_managed_configuration import DENIED_POLICIES
from aws_resource_checks import each_passes


def policy(resource):
    # Users and roles list the names of their policies, groups the ARNs.
    return all(each_passes(resource, key, is_allowed) for key in ("ManagedPolicyNames", "ManagedPolicyARNs"))


def is_allowed(attached):
    return isinstance(attached, str) and not any(
        is_same_policy(attached, denied) for denied in answered(denied_policies())
    )


def is_same_policy(one, other):
    if one.startswith("arn:") and other.startswith("arn:"):
        return one == other
    return one.split("/")[-1] == other.split("/")[-1]


def denied_policies():
    return DENIED_POLICIES
