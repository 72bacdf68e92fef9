def rule(event, more):
    return True
