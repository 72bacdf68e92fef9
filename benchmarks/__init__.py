"""Compares panther-ci with its best-known peer; nothing here asserts a time."""
