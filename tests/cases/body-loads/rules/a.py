LIMIT = int("many")


def rule(event):
    return event["count"] > LIMIT
