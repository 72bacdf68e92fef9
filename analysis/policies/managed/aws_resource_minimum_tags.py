"""Checks that a resource has enough tags."""

from collections.abc import Mapping

from aws_globals import answered, read
from aws_managed_configuration import MINIMUM_NUMBER_OF_TAGS


def policy(resource):
    tags = read(resource, "Tags")
    return isinstance(tags, Mapping) and len(tags) >= answered(minimum_number())


def minimum_number():
    return MINIMUM_NUMBER_OF_TAGS
