"""Checks that a cluster keeps its automated snapshots for long enough."""

from aws_globals import read_number
from aws_managed_configuration import REDSHIFT_SNAPSHOT_RETENTION_DAYS


def policy(resource):
    days = read_number(resource, "AutomatedSnapshotRetentionPeriod")
    return days is not None and days >= REDSHIFT_SNAPSHOT_RETENTION_DAYS
