import settings


def is_approved(vpc):
    return vpc in settings.APPROVED_VPCS
