"""A network ACL was changed."""

from aws_cis_rules_configuration import NETWORK_ACL_CALLS
from aws_cloudtrail_events import change_dedup, change_title, event_context
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in NETWORK_ACL_CALLS


def title(event):
    return change_title(event, "Change of a network ACL")


def dedup(event):
    return change_dedup(event)


def alert_context(event):
    return event_context(event)
