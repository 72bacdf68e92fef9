"""Checks that no access list opens the bucket of a trail to the public."""

from aws_globals import holds_maps, public_grants, read_text
from aws_resources import bucket_id, find_resource


def policy(resource):
    name = read_text(resource, "S3BucketName")
    if not name:
        return False
    # A bucket of an account that is not scanned is None here: it shows no grants and complies.
    bucket = find_resource(bucket_id(name))
    return holds_maps(bucket, "Grants") and not public_grants(bucket)
