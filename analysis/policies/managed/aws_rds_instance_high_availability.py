"""Checks that a database instance has a standby, or storage that spans zones by itself."""

from aws_globals import read

# Aurora keeps copies of its storage in several zones, with a standby or without.
EXEMPT_STORAGE = "aurora"


def policy(resource):
    multi_az = read(resource, "MultiAZ")
    return multi_az is True or (multi_az is False and read(resource, "StorageType") == EXEMPT_STORAGE)
