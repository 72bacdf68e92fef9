"""Checks that no snapshot of a database instance can be restored by everyone."""

from collections.abc import Mapping

from aws_globals import as_strings, holds_strings, read, read_text
from aws_resource_checks import each_passes


def policy(resource):
    return each_passes(resource, "SnapshotAttributes", is_private)


def is_private(snapshot):
    return each_passes(snapshot, "DBSnapshotAttributes", is_restricted)


def is_restricted(attribute):
    if not isinstance(attribute, Mapping):
        return False
    # An attribute without a name may be the one that shares the snapshot.
    shares = read_text(attribute, "AttributeName") in ("", "restore")
    shared_with = read(attribute, "AttributeValues")
    return not shares or (holds_strings(shared_with) and "all" not in as_strings(shared_with))
