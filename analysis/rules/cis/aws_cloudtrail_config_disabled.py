"""The recording of AWS Config was stopped or its delivery channel deleted."""

from aws_cis_rules_configuration import CONFIG_STOPPING_CALLS
from aws_cloudtrail_events import call_dedup, call_title, event_context
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in CONFIG_STOPPING_CALLS


def title(event):
    return call_title(event, "Stop of AWS Config")


def dedup(event):
    return call_dedup(event)


def alert_context(event):
    return event_context(event)
