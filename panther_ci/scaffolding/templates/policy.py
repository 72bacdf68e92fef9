"""Checks that a bucket keeps old versions of its objects."""


def policy(resource):
    """Return True for a resource that complies. What is missing or null must get an answer too."""
    return resource.get("Versioning") == "Enabled"
