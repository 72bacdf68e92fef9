"""A trail was created, changed or started."""

from aws_cis_rules_configuration import TRAIL_CHANGING_CALLS
from aws_cloudtrail_events import event_context, event_title
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in TRAIL_CHANGING_CALLS


def title(event):
    return event_title(event, "A trail was set up or changed")


def alert_context(event):
    return event_context(event)
