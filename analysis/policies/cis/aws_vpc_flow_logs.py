"""Checks that a VPC logs at least the traffic it rejects."""

from aws_cis_configuration import LOGGED_TRAFFIC_TYPES
from aws_globals import read, read_maps


def policy(resource):
    return any(
        read(log, "FlowLogStatus") == "ACTIVE" and read(log, "TrafficType") in LOGGED_TRAFFIC_TYPES
        for log in read_maps(resource, "FlowLogs")
    )
