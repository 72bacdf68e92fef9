def get_account():
    return 2
