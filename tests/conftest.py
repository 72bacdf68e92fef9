"""Gives the tests the signals of a terminal."""

import signal


def pytest_configure() -> None:
    """A shell without job control starts programs in the background with SIGINT ignored, and every child
    inherits that; those that are interrupted here shall take it as a user's would."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
