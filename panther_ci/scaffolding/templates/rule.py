"""Alerts when somebody makes an access key for another user."""


def rule(event):
    """Return True to alert. What is missing or null must get an answer too."""
    user = event.deep_get("requestParameters", "userName")
    return (
        event.get("eventName") == "CreateAccessKey"
        and user is not None
        and user != event.deep_get("userIdentity", "userName")
    )


def title(event):
    """Return the title of the alert."""
    author = event.deep_get("userIdentity", "arn", default="somebody")
    return f"Access key of {event.deep_get('requestParameters', 'userName')} made by {author}"


def dedup(event):
    """Return the key that events of one alert have in common."""
    return event.deep_get("userIdentity", "arn", default="")


def alert_context(event):
    """Return what an analyst wants to see first."""
    return {"address": event.get("sourceIPAddress"), "account": event.get("recipientAccountId")}
