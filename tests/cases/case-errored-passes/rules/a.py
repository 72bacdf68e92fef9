def rule(event):
    return event["user"] == "root"
