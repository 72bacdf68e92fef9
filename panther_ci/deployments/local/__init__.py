"""A deployment simulated in a SQLite file."""
