"""Tells on which calls the rules of the CIS benchmark alert."""

from aws_cis_rules_configuration import ALERT_ON_FAILED_CALLS
from aws_cloudtrail_events import has_failed
from aws_globals import read_text


def attempts_count():
    """Tell whether a call that failed counts like one that changed something."""
    return ALERT_ON_FAILED_CALLS


def is_watched(event, calls, with_attempts):
    """Tell whether the event is one of the calls, and did not fail unless attempts count as well."""
    return read_text(event, "eventName") in calls and (with_attempts or not has_failed(event))
