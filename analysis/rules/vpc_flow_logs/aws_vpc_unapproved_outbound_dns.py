"""A private host asked a public resolver that is not approved."""

from aws_globals import address
from aws_vpc_flow_logs_configuration import APPROVED_RESOLVERS, DNS_PORTS
from aws_vpc_flows import flow_context, flow_key, flow_number, flow_text, flow_title, is_private


def is_approved(resolver):
    # Multicast reaches neighbours only.
    return resolver.is_multicast or resolver in [address(item) for item in APPROVED_RESOLVERS]


def rule(event):
    return (
        flow_number(event, "destination_port") in DNS_PORTS
        and is_private(event, "source_ip") is True
        and is_private(event, "destination_ip") is False
        and not is_approved(address(flow_text(event, "destination_ip")))
    )


def title(event):
    return flow_title(event, "Query to an unapproved resolver")


def dedup(event):
    return flow_key(event, "source_ip")


def alert_context(event):
    return flow_context(event)
