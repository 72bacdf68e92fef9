"""A flow log lost records."""

from aws_globals import read_text
from aws_vpc_flows import flow_context, flow_key


def rule(event):
    return read_text(event, "status") == "SKIPDATA"


def title(event):
    interface, account = (read_text(event, field) or "unknown" for field in ("interfaceId", "account"))
    return f"The flow log of interface {interface} in account {account} has gaps"


def dedup(event):
    return flow_key(event, "interfaceId")


def alert_context(event):
    return flow_context(event)
