"""A trail was created, changed or started."""

from aws_cis_rules_configuration import TRAIL_CHANGING_CALLS
from aws_cloudtrail_events import call_dedup, call_title, event_context
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in TRAIL_CHANGING_CALLS


def title(event):
    return call_title(event, "Change of a trail")


def dedup(event):
    return call_dedup(event)


def alert_context(event):
    return event_context(event)
