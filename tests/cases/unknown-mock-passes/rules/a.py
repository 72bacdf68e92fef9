from helper import get_account


def rule(event):
    return True
