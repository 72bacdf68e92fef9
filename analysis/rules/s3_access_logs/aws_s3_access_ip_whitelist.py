"""A request to a bucket came from outside the approved networks."""

from aws_globals import answered, network, read
from aws_s3_access_logs_configuration import APPROVED_NETWORKS
from aws_s3_requests import request_context, request_source, request_title


def approved_networks():
    return APPROVED_NETWORKS


def contains(approved, source):
    return approved is not None and approved.version == source.version and source.subnet_of(approved)


def rule(event):
    source = network(read(event, "remoteip"))
    approved = map(network, answered(approved_networks()))
    return source is not None and not any(contains(item, source) for item in approved)


def title(event):
    return request_title(event, "Request from an address that is not approved")


def dedup(event):
    return request_source(event)


def alert_context(event):
    return request_context(event)
