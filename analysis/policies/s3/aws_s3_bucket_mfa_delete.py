"""Deleting a version of an object takes a second factor."""

from aws_globals import read_text


def policy(resource):
    return read_text(resource, "MFADelete") == "Enabled"
