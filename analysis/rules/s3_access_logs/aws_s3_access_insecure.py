"""A request to a bucket was made without TLS."""

from aws_globals import read_text
from aws_s3_requests import is_unset, request_context, request_source, request_title


def rule(event):
    # What S3 does of its own accord, such as deleting expired objects, uses no connection at all.
    if read_text(event, "operation").startswith("S3."):
        return False
    return is_unset(event, "ciphersuite") or is_unset(event, "tlsVersion")


def title(event):
    return request_title(event, "Request without TLS")


def dedup(event):
    return request_source(event)


def alert_context(event):
    return request_context(event)
