"""The internet tried to reach a port of a private host that is not approved."""

from aws_vpc_flow_logs_configuration import APPROVED_PORTS
from aws_vpc_flows import enters, flow_context, flow_key, flow_number, flow_title


def rule(event):
    port = flow_number(event, "destination_port")
    return port is not None and port not in APPROVED_PORTS and enters(event)


def title(event):
    return flow_title(event, "Traffic to a port that is not approved")


def dedup(event):
    # Strangers come from many addresses; what matters is the host.
    return flow_key(event, "destination_ip")


def alert_context(event):
    return flow_context(event)
