from checks import is_approved


def rule(event):
    return not is_approved(event["vpc"])
