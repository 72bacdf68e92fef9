def rule(event):
    return event["users"] == "root"
