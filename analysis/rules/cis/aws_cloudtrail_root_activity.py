"""The root user made a call."""

from aws_cloudtrail_events import account, event_context, event_title
from aws_globals import read, read_text


def rule(event):
    return (
        read_text(event, "userIdentity", "type") == "Root"
        and read(event, "userIdentity", "invokedBy") is None
        and read_text(event, "eventType") != "AwsServiceEvent"
    )


def title(event):
    return event_title(event, f"Use of root ({read_text(event, 'eventName')})")


def dedup(event):
    return account(event)


def alert_context(event):
    return event_context(event)
