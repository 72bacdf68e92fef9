"""Correlation rules: whether the matches of other rules make an alert, and what of it is not met."""
