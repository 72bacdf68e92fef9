"""Checks that no snapshot of a database instance can be restored by everyone."""

from collections.abc import Mapping

from aws_globals import as_strings, read
from aws_resource_checks import each_passes


def policy(resource):
    return each_passes(resource, "SnapshotAttributes", is_private)


def is_private(snapshot):
    return each_passes(snapshot, "DBSnapshotAttributes", is_restricted)


def is_restricted(attribute):
    if not isinstance(attribute, Mapping):
        return False
    shared_with = as_strings(read(attribute, "AttributeValues"))
    return read(attribute, "AttributeName") != "restore" or "all" not in shared_with
