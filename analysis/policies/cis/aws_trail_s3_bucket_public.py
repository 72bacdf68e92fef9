"""Checks that no access list opens the bucket of a trail to the public."""

from collections.abc import Mapping

from aws_globals import answered, holds_maps, public_grants, read_text
from aws_resources import bucket_id, find_resource


def policy(resource):
    name = read_text(resource, "S3BucketName")
    if not name:
        return False
    bucket = answered(find_resource(bucket_id(name)))
    # A bucket of an account that is not scanned is not this account's to mend.
    return bucket is None or (isinstance(bucket, Mapping) and is_private(bucket))


def is_private(bucket):
    return holds_maps(bucket, "Grants") and not public_grants(bucket)
