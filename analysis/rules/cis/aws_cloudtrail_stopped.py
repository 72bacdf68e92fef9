"""A trail was deleted or its recording stopped."""

from aws_cis_rules_configuration import TRAIL_STOPPING_CALLS
from aws_cloudtrail_events import event_context, event_title
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in TRAIL_STOPPING_CALLS


def title(event):
    return event_title(event, "A trail was stopped")


def alert_context(event):
    return event_context(event)
