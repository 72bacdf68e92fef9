"""The internet tried to reach a watched port of a private host."""

from aws_globals import read_number
from aws_vpc_flow_logs_configuration import WATCHED_PORTS
from aws_vpc_flows import enters, flow_context, flow_key, flow_title


def rule(event):
    return read_number(event, "dstPort") in WATCHED_PORTS and enters(event)


def title(event):
    return flow_title(event, "Traffic to a watched port")


def dedup(event):
    # Strangers come from many addresses; what matters is the host.
    return flow_key(event, "dstAddr", "action")


def alert_context(event):
    return flow_context(event)
