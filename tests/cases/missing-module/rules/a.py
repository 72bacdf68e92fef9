import os, slack_sdk.web
from requests import get
from helper import x


def rule(event):
    import pandas
    return True
