def rule(event):
    return event.get("user") != "root"
