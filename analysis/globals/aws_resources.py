"""Looks up the resources that a deployment has scanned."""

from collections.abc import Mapping

from aws_globals import plain, read

TABLE = "panther-resources"

# What stands for a resource that may exist, but could not be read.
UNREADABLE = "unreadable"


def find_resource(resource_id):
    """Return the attributes of the resource; None when it is unknown, UNREADABLE when nothing can be told."""
    if not isinstance(resource_id, str) or not resource_id:
        return None
    try:
        # Here, as only a deployment needs boto3: cases replace this function.
        import boto3

        answer = boto3.resource("dynamodb").Table(TABLE).get_item(Key={"id": resource_id})
    except Exception:  # whatever the cause, a body must reach its verdict without the resource
        return UNREADABLE
    item = read(answer, "Item")
    if item is None:
        return None
    attributes = read(item, "attributes")
    # The table answers in decimals, which no resource has.
    return plain(attributes) if isinstance(attributes, Mapping) else UNREADABLE


def bucket_id(name):
    """Return the ResourceId of the bucket of that name."""
    return f"arn:aws:s3:::{name}"


def security_group_id(region, owner, group):
    """Return the ResourceId of a security group, which bears the account that owns it."""
    return f"arn:aws:ec2:{region}:{owner}:security-group/{group}"
