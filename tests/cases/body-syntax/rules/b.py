def rule(event):
    return 'ÿ'
