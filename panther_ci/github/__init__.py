"""The event of a GitHub run, and what the run reports to GitHub."""
