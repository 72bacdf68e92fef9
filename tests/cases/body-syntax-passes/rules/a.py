import re


def rule(event):
    return re.match('\d', 'x') is None
