"""What a detection leaves behind in `logging` is taken away, and nothing that was there before."""

import logging

from panther_ci.running.confined.engine.loggers import Loggers


def test_what_was_there_before_is_kept_and_the_rest_taken_away():
    before, known = list(logging.root.handlers), logging.root.manager.loggerDict
    try:
        logging.getLogger("kept")
        logging.root.addHandler(kept := logging.NullHandler())
        loggers = Loggers()
        logging.getLogger("left.behind")
        logging.root.addHandler(logging.NullHandler())
        logging.root.removeHandler(kept)
        loggers.restore()
        assert logging.root.handlers == [*before, kept]
        assert ("kept" in known, "left" in known, "left.behind" in known) == (True, False, False)
    finally:
        logging.root.handlers[:] = before
        known.pop("kept", None)
