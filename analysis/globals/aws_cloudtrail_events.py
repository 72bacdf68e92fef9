"""Tells who and what is behind a CloudTrail event."""

from aws_globals import lasting_name, plain, read, read_maps, read_text

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


def change_title(event, deed):
    """Return the title of an alert on a change: the deed, its call, and whether that failed."""
    call, code = read_text(event, "eventName"), read_text(event, "errorCode")
    made = f"{deed} ({call})" if call else deed
    return event_title(event, made) + (f", failed with {code}" if code else "")


def change_dedup(event):
    """Return what belongs in one alert: the changes of a caller, or the attempts at one."""
    return lasting_caller(event) + (" failed" if read_text(event, "errorCode") else "")


def event_context(event):
    """Return what an analyst wants to see of the event first, as plain values."""
    context = {field: read_text(event, field) for field in CONTEXT_FIELDS if read_text(event, field)}
    arns = [read_text(item, "arn") for item in read_maps(event, "resources") if read_text(item, "arn")]
    context |= {"caller": caller(event), "account": account(event), "resources": arns}
    return context | {"requestParameters": plain(read(event, "requestParameters"))}
