"""A request to a bucket ended in an error."""

from aws_globals import read_text
from aws_s3_requests import is_unset, request_context, request_source, request_title


def rule(event):
    return read_text(event, "errorcode") != "" and not is_unset(event, "errorcode")


def title(event):
    return request_title(event, f"Request failed with {read_text(event, 'errorcode')}")


def dedup(event):
    return request_source(event)


def alert_context(event):
    return request_context(event)
