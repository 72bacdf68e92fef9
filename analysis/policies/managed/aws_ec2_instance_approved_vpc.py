"""Checks that an instance runs in an approved VPC, unless one of its tags exempts it."""

from collections.abc import Mapping

from aws_globals import answered, as_strings, read, read_text
from aws_managed_configuration import APPROVED_VPCS, VPC_EXEMPTING_TAGS


def policy(resource):
    return is_exempt(read(resource, "Tags")) or read_text(resource, "VpcId") in APPROVED_VPCS


def is_exempt(tags):
    return isinstance(tags, Mapping) and any(
        tags.get(key) in as_strings(values) for key, values in answered(exempting_tags()).items()
    )


def exempting_tags():
    return VPC_EXEMPTING_TAGS
