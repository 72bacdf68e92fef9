"""Checks that a resource has the tags that its type needs."""

from collections.abc import Mapping

from aws_globals import answered, read
from aws_managed_configuration import REQUIRED_TAGS
from aws_resource_checks import meets_entry


def policy(resource):
    return meets_entry(
        resource,
        "ResourceType",
        answered(required_tags()),
        lambda wanted: has_tags(read(resource, "Tags"), wanted),
    )


def has_tags(tags, wanted):
    return not wanted or (isinstance(tags, Mapping) and all(key in tags for key in wanted))


def required_tags():
    return REQUIRED_TAGS
