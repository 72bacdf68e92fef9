"""Checks that detailed monitoring of an instance is not switched off."""

from collections.abc import Mapping

from aws_globals import read


def policy(resource):
    monitoring = read(resource, "Monitoring")
    return isinstance(monitoring, Mapping) and read(monitoring, "State") != "disabled"
