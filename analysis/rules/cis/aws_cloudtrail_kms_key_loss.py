"""A KMS key was disabled or is going to be deleted."""

from aws_cis_rules_configuration import KEY_LOSS_CALLS
from aws_cloudtrail_events import event_context, event_title
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in KEY_LOSS_CALLS


def title(event):
    return event_title(event, "A KMS key was put out of use")


def alert_context(event):
    return event_context(event)
