LIMIT = int("10")


def rule(event):
    return event["count"] > LIMIT
