"""A sign-in to the console failed."""

from aws_cloudtrail_events import account, event_context, event_title
from aws_globals import read_text


def rule(event):
    if read_text(event, "eventName") != "ConsoleLogin":
        return False
    return read_text(event, "responseElements", "ConsoleLogin") != "Success"


def title(event):
    return event_title(event, "Failed console sign-in")


def dedup(event):
    # A wrong user name is withheld from the event, so attempts belong together by their address.
    return f"{account(event)} {read_text(event, 'sourceIPAddress') or 'unknown'}"


def alert_context(event):
    return event_context(event)
