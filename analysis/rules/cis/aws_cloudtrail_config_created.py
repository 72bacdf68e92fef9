"""The recorder of AWS Config or its delivery channel was set up or changed."""

from aws_cis_rules_configuration import CONFIG_CHANGING_CALLS
from aws_cloudtrail_events import event_context, event_title
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in CONFIG_CHANGING_CALLS


def title(event):
    return event_title(event, "AWS Config was set up or changed")


def alert_context(event):
    return event_context(event)
