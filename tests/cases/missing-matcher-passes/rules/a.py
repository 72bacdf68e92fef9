try:
    from helper import rule
except ImportError:
    def rule(event):
        return True
