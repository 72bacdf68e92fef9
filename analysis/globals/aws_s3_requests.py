"""Tells what a record of an S3 server access log is about."""

from aws_globals import lasting_name, read, read_number, read_text

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


def failure(event):
    """Return the error code of the request; "" when there is none."""
    code = read_text(event, "errorcode")
    return "" if code == "-" else code


def request_title(event, deed):
    """Return the title of an alert: the deed, the bucket and where the request came from."""
    bucket = read_text(event, "bucket") or "unknown"
    return f"{deed}: bucket {bucket}, address {read_text(event, 'remoteip') or 'unknown'}"


def request_source(event):
    """Return what belongs in one alert: the requests of one caller from one address to a bucket.

    Strangers come from many addresses, so those to one bucket are taken together.
    """
    bucket = read_text(event, "bucket") or "unknown"
    if is_unset(event, "requester"):
        return f"{bucket} anonymous"
    caller, source = (read_text(event, field) or "unknown" for field in ("requester", "remoteip"))
    return f"{bucket} {lasting_name(caller)} {source}"


def request_context(event):
    """Return what an analyst wants to see of the request first, as plain values."""
    context = {field: read_text(event, field) for field in CONTEXT_FIELDS if read_text(event, field)}
    return {**context, "httpstatus": read_number(event, "httpstatus")}
