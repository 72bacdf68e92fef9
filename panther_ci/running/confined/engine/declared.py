"""What the spec of a job declares beside what runs."""

import json
from collections.abc import Mapping
from typing import Any

from panther_ci.running.confined.engine.modules import Text


def read_declared(job: Mapping[str, Any], sources: Mapping[int, Text]) -> dict[str, Any]:
    """What the spec of a job and those of its bases declare, by key."""
    found: dict[str, Any] = {}
    for number in job["declared"]:
        found |= json.loads(sources[number].text)
    return found
