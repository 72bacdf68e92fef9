"""No ACL grant lets everybody write to the bucket or change its ACL."""

from aws_buckets import everyone_may
from aws_s3_configuration import WRITING_PERMISSIONS


def policy(resource):
    return not everyone_may(resource, WRITING_PERMISSIONS)
