"""Finds for a field that a body read, and that is not in the event, the one that may have been meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from panther_ci.model import FieldRead, Json

# Each comparison takes its time, and a hostile event has a million names: past this, there is no hint.
MOST_NAMES = 200
LONGEST_NAME = 64
MOST_HINTS = 10


def add_nearest(reads: Iterable[FieldRead], event: Json) -> tuple[FieldRead, ...]:
    """The same reads, the first missing fields with the nearest one of the event."""
    completed: list[FieldRead] = []
    missing = 0
    for read in reads:
        missing += not read.found
        hinted = not read.found and missing <= MOST_HINTS
        completed.append(read._replace(nearest=_nearest(read.path, event)) if hinted else read)
    return tuple(completed)


def _nearest(path: tuple[str | int, ...], event: Json) -> tuple[str | int, ...]:
    parent: Json = event
    for part in path[:-1]:
        parent = _step(parent, part)
    wanted = path[-1] if path else ""
    if not isinstance(parent, dict) or not isinstance(wanted, str):
        return ()
    if len(parent) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in (wanted, *parent)):
        return ()
    plain = {_plain(key): key for key in reversed(parent)}
    close = get_close_matches(_plain(wanted), list(plain), n=1, cutoff=0.6)
    return (*path[:-1], plain[close[0]]) if close else ()


def _step(value: Json, part: str | int) -> Json:
    if isinstance(value, dict) and isinstance(part, str):
        folded = {key.lower(): key for key in reversed(value)} if len(value) <= MOST_NAMES else {}
        return value.get(part, value.get(folded.get(part.lower(), "")))
    if isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
        return value[part]
    return None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
