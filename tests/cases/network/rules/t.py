from urllib.request import urlopen


def rule(event):
    return urlopen("https://example.com/x").status == 200
