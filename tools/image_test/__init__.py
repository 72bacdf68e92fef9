"""Builds the image and runs it as GitHub does, on a machine that has neither Docker nor a registry."""
