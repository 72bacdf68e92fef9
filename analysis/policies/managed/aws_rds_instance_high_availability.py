"""Checks that a database instance has a standby, or storage that spans zones by itself."""

from aws_globals import read

# Aurora keeps copies of its storage in several zones, with a standby or without; aurora-iopt1 is the same
# storage at another price.
EXEMPT_STORAGE = ["aurora", "aurora-iopt1"]


def policy(resource):
    multi_az = read(resource, "MultiAZ")
    return multi_az is True or (multi_az is False and read(resource, "StorageType") in EXEMPT_STORAGE)
