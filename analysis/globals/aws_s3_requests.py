"""Tells what a record of an S3 server access log is about."""

from aws_globals import read, read_number, read_text

CONTEXT_FIELDS = [
    "bucket",
    "key",
    "operation",
    "requester",
    "remoteip",
    "useragent",
    "errorcode",
    "requestid",
]


def is_unset(event, field):
    """Tell whether the record has no value in the column; the raw log writes a dash for that."""
    return read(event, field) in (None, "-")


def request_title(event, deed):
    """Return the title of an alert: the deed, the bucket and where the request came from."""
    bucket = read_text(event, "bucket") or "unknown"
    return f"{deed}: bucket {bucket}, address {read_text(event, 'remoteip') or 'unknown'}"


def request_source(event):
    """Return what belongs in one alert: the requests of one caller from one address to a bucket."""
    return " ".join(read_text(event, field) for field in ("bucket", "requester", "remoteip"))


def request_context(event):
    """Return what an analyst wants to see of the request first, as plain values."""
    context = {field: read_text(event, field) for field in CONTEXT_FIELDS if read_text(event, field)}
    return {**context, "httpstatus": read_number(event, "httpstatus")}
