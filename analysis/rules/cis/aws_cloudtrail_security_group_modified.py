"""A security group was changed."""

from aws_cis_rules_configuration import SECURITY_GROUP_CALLS
from aws_cloudtrail_events import event_context, event_title
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in SECURITY_GROUP_CALLS


def title(event):
    return event_title(event, "A security group was changed")


def alert_context(event):
    return event_context(event)
