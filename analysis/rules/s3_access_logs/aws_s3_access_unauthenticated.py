"""Somebody used a bucket without signing in."""

from aws_globals import read_text
from aws_s3_access_logs_configuration import BUCKETS_OPEN_TO_ANONYMOUS_USE
from aws_s3_requests import is_unset, request_context, request_title


def is_open(bucket):
    return bucket in BUCKETS_OPEN_TO_ANONYMOUS_USE


def rule(event):
    return is_unset(event, "requester") and not is_open(read_text(event, "bucket"))


def title(event):
    return request_title(event, "Anonymous request")


def dedup(event):
    # Strangers come from many addresses: the bucket is what stands open.
    return read_text(event, "bucket")


def alert_context(event):
    return request_context(event)
