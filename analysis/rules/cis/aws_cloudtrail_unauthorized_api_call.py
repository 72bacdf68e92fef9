"""A call was refused for want of a permission."""

from aws_cis_rules_configuration import REFUSAL_BEGINNINGS, REFUSAL_ENDINGS
from aws_cloudtrail_events import event_context, event_title, is_made_by_service, lasting_caller
from aws_globals import read_text


def is_refused(event):
    code = read_text(event, "errorCode")
    return code.startswith(tuple(REFUSAL_BEGINNINGS)) or code.endswith(tuple(REFUSAL_ENDINGS))


def rule(event):
    return is_refused(event) and not is_made_by_service(event)


def title(event):
    return event_title(event, f"Refused call {read_text(event, 'eventName')}")


def dedup(event):
    return lasting_caller(event)


def alert_context(event):
    return event_context(event)
