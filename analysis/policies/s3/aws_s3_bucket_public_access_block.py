"""The bucket blocks public access in all four ways."""

from aws_globals import read

SWITCHES = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"]


def policy(resource):
    return all(read(resource, "PublicAccessBlockConfiguration", switch) is True for switch in SWITCHES)
