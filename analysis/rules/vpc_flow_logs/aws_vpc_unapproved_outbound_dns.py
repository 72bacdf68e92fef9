"""A private host asked a public resolver that is not approved."""

from aws_globals import address, read_number, read_text
from aws_vpc_flow_logs_configuration import APPROVED_RESOLVERS, DNS_PORTS
from aws_vpc_flows import flow_context, flow_key, flow_title, is_private


def is_approved(resolver):
    # Multicast reaches neighbours only.
    return resolver.is_multicast or resolver in [address(item) for item in APPROVED_RESOLVERS]


def rule(event):
    return (
        read_number(event, "dstPort") in DNS_PORTS
        and is_private(event, "srcAddr") is True
        and is_private(event, "dstAddr") is False
        and not is_approved(address(read_text(event, "dstAddr")))
    )


def title(event):
    return flow_title(event, "Query to an unapproved resolver")


def dedup(event):
    return flow_key(event, "srcAddr", "action")


def alert_context(event):
    return flow_context(event)
