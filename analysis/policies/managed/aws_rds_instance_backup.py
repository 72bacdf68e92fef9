"""Checks that automated backups of a database instance are not switched off."""

from aws_globals import read


def policy(resource):
    return read(resource, "BackupRetentionPeriod") != 0
