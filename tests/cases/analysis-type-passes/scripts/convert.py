def convert(path):
    return path
