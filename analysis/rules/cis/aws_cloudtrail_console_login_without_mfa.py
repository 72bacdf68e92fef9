"""Somebody signed in to the console without a second factor."""

from aws_cloudtrail_events import event_context, event_title, lasting_caller
from aws_globals import read, read_text


def is_federated(event):
    """Tell whether an identity provider, which asks for the second factor itself, vouches for the caller."""
    issuer = read_text(event, "userIdentity", "sessionContext", "sessionIssuer", "userName")
    return (
        read(event, "additionalEventData", "SamlProviderArn") is not None
        or read(event, "userIdentity", "identityProvider") is not None
        or issuer.startswith("AWSReservedSSO_")
        or ":assumed-role/AWSReservedSSO_" in read_text(event, "userIdentity", "arn")
    )


def rule(event):
    return (
        read_text(event, "eventName") == "ConsoleLogin"
        and read_text(event, "responseElements", "ConsoleLogin") == "Success"
        and read_text(event, "additionalEventData", "MFAUsed") == "No"
        and read_text(event, "userIdentity", "sessionContext", "attributes", "mfaAuthenticated") != "true"
        and not is_federated(event)
    )


def title(event):
    return event_title(event, "Console sign-in without MFA")


def dedup(event):
    return lasting_caller(event)


def alert_context(event):
    return event_context(event)
