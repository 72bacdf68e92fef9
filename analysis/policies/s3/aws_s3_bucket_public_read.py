"""No ACL grant lets everybody read the bucket."""

from aws_buckets import everyone_may
from aws_s3_configuration import READING_PERMISSIONS


def policy(resource):
    return not everyone_may(resource, READING_PERMISSIONS)
