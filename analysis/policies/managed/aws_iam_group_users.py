"""Checks that a group has a member."""

from aws_globals import read_maps


def policy(resource):
    return bool(read_maps(resource, "Users"))
