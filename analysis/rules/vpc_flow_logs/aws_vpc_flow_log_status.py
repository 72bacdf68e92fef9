"""A flow log lost records."""

from aws_vpc_flows import flow_account, flow_context, flow_interface, flow_text


def rule(event):
    return flow_text(event, "log_status") == "SKIPDATA"


def title(event):
    return f"The flow log of interface {flow_interface(event)} in account {flow_account(event)} has gaps"


def dedup(event):
    return f"{flow_account(event)} {flow_interface(event)}"


def alert_context(event):
    return flow_context(event)
