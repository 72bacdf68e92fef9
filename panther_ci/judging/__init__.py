"""Judges what bodies did against what their cases expect; pure: values in, values out."""
