rule = lambda event: True
