"""A GitHub run: inputs and event become a command."""
