"""Checks that a trail encrypts its log files with a KMS key."""

from aws_globals import read_text


def policy(resource):
    return read_text(resource, "KmsKeyId") != ""
