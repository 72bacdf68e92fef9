from settings import APPROVED_TYPES


def policy(resource):
    return resource["InstanceType"] in APPROVED_TYPES
