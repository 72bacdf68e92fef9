"""Judges what bodies did against what their cases expect; pure: takes values and returns values."""
