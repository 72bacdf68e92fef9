"""A VPC, a peering of VPCs or ClassicLink was changed."""

from aws_cis_rules_configuration import VPC_CALLS
from aws_cis_watched_calls import attempts_count, is_watched
from aws_cloudtrail_events import call_dedup, call_title, event_context


def rule(event):
    return is_watched(event, VPC_CALLS, attempts_count())


def title(event):
    return call_title(event, "Change of a VPC")


def dedup(event):
    return call_dedup(event)


def alert_context(event):
    return event_context(event)
