"""Tells who and what is behind a CloudTrail event."""

import re

from aws_globals import lasting_name, plain, read, read_maps, read_text

# The host name of a service of AWS. A client of the console and of the sign-in page means a person.
SERVICE_NAME = re.compile(r"(?!console\.|signin\.)[\w.-]+\.amazonaws\.com(\.cn)?")

CONTEXT_FIELDS = [
    "eventName",
    "eventSource",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "eventID",
]


def caller(event):
    """Return the name of the identity that made the call, as telling as the event has it."""
    for field in ("arn", "userName", "principalId", "invokedBy", "type"):
        name = read_text(event, "userIdentity", field)
        if name:
            return name
    return "an unknown caller"


def is_made_by_service(event):
    """Tell whether a service of AWS made the call: it then has no address, or is its own client."""
    names = [read_text(event, field) for field in ("sourceIPAddress", "userAgent")]
    # As a client, "AWS Internal" stands for the console, which a person used.
    return names[0] == "AWS Internal" or any(SERVICE_NAME.fullmatch(name) for name in names)


def account(event):
    """Return the id of the account in which the call was made."""
    own = read_text(event, "recipientAccountId") or read_text(event, "userIdentity", "accountId")
    return own or "unknown"


def event_title(event, deed):
    """Return the title of an alert: the deed, its author and its account."""
    return f"{deed} by {caller(event)} in account {account(event)}"


def lasting_caller(event):
    """Return the account and the caller; for the session of a role the role alone."""
    role = read_text(event, "userIdentity", "sessionContext", "sessionIssuer", "arn")
    return f"{account(event)} {role or lasting_name(caller(event))}"


def has_failed(event):
    """Tell whether the call failed; a sign-in may have no error, but then its response says so."""
    return (
        read(event, "errorCode") is not None
        or read(event, "errorMessage") is not None
        or read_text(event, "responseElements", read_text(event, "eventName")) == "Failure"
    )


def call_failure(event):
    """Return how the call failed; "" when it did not."""
    code = read_text(event, "errorCode")
    if code:
        return f"failed with {code}"
    return "failed" if has_failed(event) else ""


def call_title(event, deed):
    """Return the title of an alert on a call: the deed, the name of the call, and whether that failed."""
    call, failed = read_text(event, "eventName"), call_failure(event)
    made = f"{deed} ({call})" if call else deed
    return event_title(event, made) + (f", {failed}" if failed else "")


def call_dedup(event):
    """Return what belongs in one alert: what a caller did, or tried to."""
    return lasting_caller(event) + (" failed" if call_failure(event) else "")


def event_context(event):
    """Return what an analyst wants to see of the event first, as plain values."""
    context = {field: read_text(event, field) for field in CONTEXT_FIELDS if read_text(event, field)}
    arns = [read_text(item, "arn") for item in read_maps(event, "resources") if read_text(item, "arn")]
    context |= {"caller": caller(event), "account": account(event), "resources": arns}
    return context | {"requestParameters": plain(read(event, "requestParameters"))}
