from settings import APPROVED_AMIS


def policy(resource):
    return resource["ImageId"] in APPROVED_AMIS
