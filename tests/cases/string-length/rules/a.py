def rule(event):
    return event["user"] == "root"


def title(event):
    return event["user"] * 251
