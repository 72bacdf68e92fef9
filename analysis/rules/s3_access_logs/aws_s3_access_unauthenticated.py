"""Somebody used a bucket without signing in."""

from aws_globals import answered, read_text
from aws_s3_access_logs_configuration import BUCKETS_OPEN_TO_ANONYMOUS_USE
from aws_s3_requests import failure, is_unset, request_context, request_source, request_title


def open_buckets():
    return BUCKETS_OPEN_TO_ANONYMOUS_USE


def rule(event):
    return is_unset(event, "requester") and read_text(event, "bucket") not in answered(open_buckets())


def title(event):
    code = failure(event)
    return request_title(event, f"Anonymous request, failed with {code}" if code else "Anonymous request")


def dedup(event):
    # Apart, so that those who try the door do not hide the one who gets in.
    return request_source(event) + (" failed" if failure(event) else "")


def alert_context(event):
    return request_context(event)
