def policy(resource):
    return True


def destinations(resource):
    return ["a"]
