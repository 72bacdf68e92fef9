"""The SQL of queries: templates, statements, and the tables that they read."""
