"""A security group was changed."""

from aws_cis_rules_configuration import SECURITY_GROUP_CALLS
from aws_cloudtrail_events import call_dedup, call_title, event_context
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in SECURITY_GROUP_CALLS


def title(event):
    return call_title(event, "Change of a security group")


def dedup(event):
    return call_dedup(event)


def alert_context(event):
    return event_context(event)
