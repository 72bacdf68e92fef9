"""Checks that detailed monitoring of an instance that runs is not switched off."""

from collections.abc import Mapping

from aws_globals import read, read_text

# An instance in one of these states sends no metrics.
RESTING_STATES = ["shutting-down", "terminated", "stopping", "stopped"]


def policy(resource):
    if read_text(resource, "State", "Name") in RESTING_STATES:
        return True
    monitoring = read(resource, "Monitoring")
    return isinstance(monitoring, Mapping) and read(monitoring, "State") != "disabled"
