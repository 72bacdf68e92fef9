"""Checks that the storage of a database instance is encrypted."""

from aws_globals import read_text


def policy(resource):
    return read_text(resource, "KmsKeyId") != ""
