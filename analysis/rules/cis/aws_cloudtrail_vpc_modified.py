"""A VPC, a peering of VPCs or ClassicLink was changed."""

from aws_cis_rules_configuration import VPC_CALLS
from aws_cloudtrail_events import event_context, event_title
from aws_globals import read_text


def rule(event):
    return read_text(event, "eventName") in VPC_CALLS


def title(event):
    return event_title(event, "A VPC was changed")


def alert_context(event):
    return event_context(event)
