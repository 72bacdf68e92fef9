"""The bucket keeps earlier versions of its objects."""

from aws_globals import read_text


def policy(resource):
    return read_text(resource, "Versioning") == "Enabled"
