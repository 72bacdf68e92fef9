"""The access rules or the upkeep of a bucket were changed."""

from aws_cis_rules_configuration import BUCKET_POLICY_CALLS
from aws_cloudtrail_events import event_context, event_title
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in BUCKET_POLICY_CALLS


def title(event):
    return event_title(event, "The settings of a bucket were changed")


def alert_context(event):
    return event_context(event)
