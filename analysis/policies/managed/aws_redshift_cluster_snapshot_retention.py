"""Checks that a cluster keeps its automated snapshots for long enough."""

from aws_globals import at_least, read_number
from aws_managed_configuration import REDSHIFT_SNAPSHOT_RETENTION_DAYS


def policy(resource):
    return at_least(
        read_number(resource, "AutomatedSnapshotRetentionPeriod"), REDSHIFT_SNAPSHOT_RETENTION_DAYS
    )
