"""Tells where the traffic of a flow record comes from and goes to.

Records come as AWS.VPCFlow or as OCSF.NetworkActivity; the data models of analysis/data_models/ give
both the same names.
"""

from collections.abc import Mapping

from aws_globals import address, plain, read_number, read_text

TEXT_FIELDS = ["account_id", "source_ip", "destination_ip", "traffic_action", "log_status"]
NUMBER_FIELDS = ["source_port", "destination_port", "protocol_number", "traffic_packets", "traffic_bytes"]
TIME_FIELDS = ["start_time", "end_time"]

# What the two forms call traffic that a security group or a network ACL stopped.
REJECTIONS = ["REJECT", "Refuse"]


def flow_field(event, name):
    """Return the unified field of that name; None when there is none."""
    return event.udm(name) if isinstance(event, Mapping) else None


def flow_text(event, name):
    """Return the text of the unified field; "" when there is none."""
    return read_text(flow_field(event, name))


def flow_number(event, name):
    """Return the number of the unified field, or None."""
    return read_number(flow_field(event, name))


def flow_account(event):
    """Return the id of the account of the record."""
    return flow_text(event, "account_id") or "unknown"


def flow_interface(event):
    """Return the network interface of the record; OCSF has it at one end of the flow or at the other."""
    return flow_text(event, "interface_id") or flow_text(event, "source_interface_id") or "unknown"


def is_private(event, name):
    """Tell whether the address in the unified field is private; None when there is no address."""
    found = address(flow_text(event, name))
    return None if found is None else found.is_private


def enters(event):
    """Tell whether the traffic comes from a public address and goes to a private one."""
    return is_private(event, "source_ip") is False and is_private(event, "destination_ip") is True


def flow_title(event, deed):
    """Return the title of an alert: the deed and both ends of the flow, and whether it was rejected."""
    source, destination = (flow_text(event, name) or "unknown" for name in ("source_ip", "destination_ip"))
    port = flow_number(event, "destination_port")
    title = f"{deed} from {source} to {destination}, port {'unknown' if port is None else port}"
    return title + (", rejected" if flow_text(event, "traffic_action") in REJECTIONS else "")


def flow_key(event, host):
    """Return what belongs in one alert: records of the same account, host and action."""
    host, action = (flow_text(event, name) or "unknown" for name in (host, "traffic_action"))
    return f"{flow_account(event)} {host} {action}"


def flow_context(event):
    """Return what an analyst wants to see of the flow first, as plain values."""
    texts = {name: flow_text(event, name) for name in TEXT_FIELDS if flow_text(event, name)}
    numbers = {name: flow_number(event, name) for name in NUMBER_FIELDS}
    times = {name: plain(flow_field(event, name)) for name in TIME_FIELDS}
    return {**texts, "interface_id": flow_interface(event), **numbers, **times}
