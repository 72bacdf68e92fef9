"""The access rules or the upkeep of a bucket were changed."""

from aws_cis_rules_configuration import BUCKET_POLICY_CALLS
from aws_cloudtrail_events import call_dedup, call_title, event_context
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in BUCKET_POLICY_CALLS


def title(event):
    return call_title(event, "Change of the settings of a bucket")


def dedup(event):
    return call_dedup(event)


def alert_context(event):
    return event_context(event)
