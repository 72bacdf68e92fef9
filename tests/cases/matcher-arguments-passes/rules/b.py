def rule(event, more=None, *, flag=False, **rest):
    return True
