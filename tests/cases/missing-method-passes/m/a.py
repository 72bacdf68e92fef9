def get_actor(event):
    return 1
