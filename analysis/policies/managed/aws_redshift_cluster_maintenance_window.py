"""Checks that a cluster is maintained in the agreed window."""

from aws_globals import read_text
from aws_managed_configuration import REDSHIFT_MAINTENANCE_WINDOW


def policy(resource):
    return read_text(resource, "PreferredMaintenanceWindow") == REDSHIFT_MAINTENANCE_WINDOW
