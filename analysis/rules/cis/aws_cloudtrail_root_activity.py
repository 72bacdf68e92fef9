"""The root user made a call."""

from aws_cloudtrail_events import call_dedup, call_title, event_context
from aws_globals import read, read_text


def rule(event):
    return (
        read_text(event, "userIdentity", "type") == "Root"
        and read(event, "userIdentity", "invokedBy") is None
        and read_text(event, "eventType") != "AwsServiceEvent"
    )


def title(event):
    return call_title(event, "Use of root")


def dedup(event):
    return call_dedup(event)


def alert_context(event):
    return event_context(event)
