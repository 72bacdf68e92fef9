def rule(event):
    return event.get('a') == 1
