def rule(event):
    return (event.get("policy"), event.get("since"), event.get("mode")) == ("off", "12:30", 644)
