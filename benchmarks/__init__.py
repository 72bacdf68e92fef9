"""Measures panther-ci beside its best-known peer; nothing here asserts a time."""
