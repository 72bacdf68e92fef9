"""Checks that a resource has the tags that its type needs."""

from collections.abc import Mapping

from aws_globals import as_strings, read, read_text
from aws_managed_configuration import REQUIRED_TAGS


def policy(resource):
    wanted = as_strings(required_tags().get(read_text(resource, "ResourceType")))
    tags = read(resource, "Tags")
    return not wanted or (isinstance(tags, Mapping) and all(key in tags for key in wanted))


def required_tags():
    return REQUIRED_TAGS
