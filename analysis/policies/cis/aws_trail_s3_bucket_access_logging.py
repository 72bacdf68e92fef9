"""Checks that the bucket of a trail logs the access to it."""

from collections.abc import Mapping

from aws_globals import answered, read, read_text
from aws_resources import bucket_id, find_resource


def policy(resource):
    name = read_text(resource, "S3BucketName")
    if not name:
        return False
    bucket = answered(find_resource(bucket_id(name)))
    # A bucket of an account that is not scanned is not this account's to mend.
    return bucket is None or isinstance(read(bucket, "LoggingPolicy"), Mapping)
