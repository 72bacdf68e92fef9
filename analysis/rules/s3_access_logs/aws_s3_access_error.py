"""A request to a bucket ended in an error."""

from aws_s3_requests import failure, request_context, request_source, request_title


def rule(event):
    return failure(event) != ""


def title(event):
    return request_title(event, f"Request failed with {failure(event)}")


def dedup(event):
    return request_source(event)


def alert_context(event):
    return request_context(event)
