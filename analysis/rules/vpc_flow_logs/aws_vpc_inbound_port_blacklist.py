"""The internet tried to reach a watched port of a private host."""

from aws_vpc_flow_logs_configuration import WATCHED_PORTS
from aws_vpc_flows import enters, flow_context, flow_key, flow_number, flow_title


def rule(event):
    return flow_number(event, "destination_port") in WATCHED_PORTS and enters(event)


def title(event):
    return flow_title(event, "Traffic to a watched port")


def dedup(event):
    # Strangers come from many addresses; what matters is the host.
    return flow_key(event, "destination_ip")


def alert_context(event):
    return flow_context(event)
