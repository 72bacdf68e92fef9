"""The bucket's requests are logged."""

from collections.abc import Mapping

from aws_globals import read


def policy(resource):
    return isinstance(read(resource, "LoggingPolicy"), Mapping)
