"""Checks that a load balancer carries the web ACL configured for it."""

from aws_globals import read
from aws_managed_configuration import LOAD_BALANCER_WEB_ACLS
from aws_resource_checks import meets_entry


def policy(resource):
    return meets_entry(
        resource, "Arn", LOAD_BALANCER_WEB_ACLS, lambda wanted: read(resource, "WebAcl") == wanted
    )
