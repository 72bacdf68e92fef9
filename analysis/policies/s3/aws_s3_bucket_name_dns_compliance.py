"""A bucket's name has no period."""

from aws_globals import read_text


def policy(resource):
    name = read_text(resource, "Name")
    return name != "" and "." not in name
