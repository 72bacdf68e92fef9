"""Checks that a load balancer carries the web ACL configured for it."""

from aws_globals import read_text
from aws_managed_configuration import LOAD_BALANCER_WEB_ACLS


def policy(resource):
    arn = read_text(resource, "Arn")
    return arn not in LOAD_BALANCER_WEB_ACLS or read_text(resource, "WebAcl") == LOAD_BALANCER_WEB_ACLS[arn]
