"""A request to a bucket ended in an error that a person can act on."""

from aws_globals import read_number, read_text
from aws_s3_access_logs_configuration import IGNORED_ERRORS, IGNORED_OPERATIONS, WATCHED_STATUSES
from aws_s3_requests import failure, request_context, request_source, request_title


def rule(event):
    return (
        read_number(event, "httpstatus") in WATCHED_STATUSES
        and read_text(event, "errorcode") not in IGNORED_ERRORS
        and read_text(event, "operation") not in IGNORED_OPERATIONS
    )


def title(event):
    return request_title(event, f"Request failed with {failure(event) or read_number(event, 'httpstatus')}")


def dedup(event):
    return request_source(event)


def alert_context(event):
    return request_context(event)
