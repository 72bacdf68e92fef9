def policy(resource):
    return resource.get('a') == 1
