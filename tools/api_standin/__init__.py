"""A deployment with a public API on loopback, for tests, tools and the demo; see `server.py`."""
