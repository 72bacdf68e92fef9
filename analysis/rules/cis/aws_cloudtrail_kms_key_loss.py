"""A KMS key was disabled or is going to be deleted."""

from aws_cis_rules_configuration import KEY_LOSS_CALLS
from aws_cloudtrail_events import call_dedup, call_title, event_context
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in KEY_LOSS_CALLS


def title(event):
    return call_title(event, "Loss of a KMS key")


def dedup(event):
    return call_dedup(event)


def alert_context(event):
    return event_context(event)
