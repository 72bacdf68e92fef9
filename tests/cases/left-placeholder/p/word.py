APPROVED_AMIS = ["ami-1"]


def policy(resource):
    return resource["ImageId"] in APPROVED_AMIS
