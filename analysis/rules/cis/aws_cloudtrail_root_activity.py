"""The root user made a call."""

from aws_cis_rules_configuration import ALERT_ON_READS_OF_ROOT, IGNORED_CALLS_OF_ROOT
from aws_cloudtrail_events import call_dedup, call_title, event_context, has_failed
from aws_globals import read, read_text


def reads_count():
    return ALERT_ON_READS_OF_ROOT


def is_made_by_root(event):
    return (
        read_text(event, "userIdentity", "type") == "Root"
        and read(event, "userIdentity", "invokedBy") is None
        and read_text(event, "eventType") != "AwsServiceEvent"
    )


def is_to_be_ignored(event):
    name = read_text(event, "eventName")
    if name == "ConsoleLogin" or read_text(event, "eventType") == "AwsConsoleSignIn":
        # AWS.CloudTrail.ConsoleLoginFailed alerts on those that fail.
        return has_failed(event)
    return name in IGNORED_CALLS_OF_ROOT or (read(event, "readOnly") is True and not reads_count())


def rule(event):
    return is_made_by_root(event) and not is_to_be_ignored(event)


def title(event):
    return call_title(event, "Use of root")


def dedup(event):
    return call_dedup(event)


def alert_context(event):
    return event_context(event)
