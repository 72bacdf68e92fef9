def rule(*events):
    return True
