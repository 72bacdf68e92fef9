import outer


def rule(event):
    return outer.is_one(event.get('a'))
