"""Tells where the traffic of a VPC flow record comes from and goes to."""

from aws_globals import address, read_number, read_text

TEXT_FIELDS = ["account", "interfaceId", "srcAddr", "dstAddr", "action", "status", "start", "end"]
NUMBER_FIELDS = ["srcPort", "dstPort", "protocol", "packets", "bytes"]


def is_private(event, field):
    """Tell whether the address in the field is private; None when there is no address."""
    found = address(read_text(event, field))
    return None if found is None else found.is_private


def enters(event):
    """Tell whether the traffic comes from a public address and goes to a private one."""
    return is_private(event, "srcAddr") is False and is_private(event, "dstAddr") is True


def flow_title(event, deed):
    """Return the title of an alert: the deed and both ends of the flow, and whether it was rejected."""
    source, destination = (read_text(event, field) or "unknown" for field in ("srcAddr", "dstAddr"))
    port = read_number(event, "dstPort")
    title = f"{deed} from {source} to {destination}, port {'unknown' if port is None else port}"
    return title + (", rejected" if read_text(event, "action") == "REJECT" else "")


def flow_key(event, *fields):
    """Return what belongs in one alert: the records of the same account that agree in the fields."""
    return " ".join(read_text(event, field) or "unknown" for field in ("account", *fields))


def flow_context(event):
    """Return what an analyst wants to see of the flow first, as plain values."""
    context = {field: read_text(event, field) for field in TEXT_FIELDS if read_text(event, field)}
    return context | {field: read_number(event, field) for field in NUMBER_FIELDS}
