"""Checks that KMS rotates the keys which the customer manages."""

from aws_globals import read


def policy(resource):
    if read(resource, "KeyManager") != "CUSTOMER":
        return True
    return read(resource, "KeyRotationEnabled") is True
