"""A gateway was created, deleted, attached or detached."""

from aws_cis_rules_configuration import GATEWAY_CALLS
from aws_cloudtrail_events import event_context, event_title
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in GATEWAY_CALLS


def title(event):
    return event_title(event, "A gateway was changed")


def alert_context(event):
    return event_context(event)
