"""A helper."""
