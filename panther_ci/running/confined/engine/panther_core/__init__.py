"""What bodies import as `panther_core`: the classes of the events they are given.

The names and what they do are those of Panther's runtime library, which is not used here: they were found by
running detections with it (version 0.16.3).
"""

from panther_ci.running.confined.engine.panther_core.enriched_event import PantherEvent

__all__ = ["PantherEvent"]
