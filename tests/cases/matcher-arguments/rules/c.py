async def rule(event):
    return True
