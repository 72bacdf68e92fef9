"""Finds for a field that a body read, and that is not in the event, the one that may have been meant."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from panther_ci.model import FieldRead, Json

# Each comparison takes its time, and a hostile event has a million names: past this, there is no hint.
MOST_NAMES = 200
LONGEST_NAME = 64
MOST_HINTS = 10
# Pairs of characters to be compared for all hints of a case: so many take up to 0.05 s.
MOST_WORK = 500_000


def add_nearest(reads: Iterable[FieldRead], event: Json) -> tuple[FieldRead, ...]:
    """The same reads, the first missing fields with the nearest one of the event."""
    completed: list[FieldRead] = []
    missing = work = 0
    for read in reads:
        missing += not read.found
        if not read.found and missing <= MOST_HINTS:
            wanted, names = _names_beside(read.path, event)
            work += len(wanted) * sum(map(len, names))
            nearest = _nearest(wanted, names) if work <= MOST_WORK else ""
            read = read._replace(nearest=(*read.path[:-1], nearest) if nearest else ())
        completed.append(read)
    return tuple(completed)


def _names_beside(path: tuple[str | int, ...], event: Json) -> tuple[str, Sequence[str]]:
    """The name of a field, and the names that there are in its place; none if they are too many."""
    parent: Json = event
    for part in path[:-1]:
        parent = _step(parent, part)
    wanted = path[-1] if path else ""
    if not isinstance(parent, dict) or not isinstance(wanted, str) or len(parent) > MOST_NAMES:
        return "", ()
    names = tuple(parent)
    return (wanted, names) if all(len(name) <= LONGEST_NAME for name in (wanted, *names)) else ("", ())


def _nearest(wanted: str, names: Sequence[str]) -> str:
    plain = {_plain(name): name for name in reversed(names)}
    close = get_close_matches(_plain(wanted), list(plain), n=1, cutoff=0.6)
    return plain[close[0]] if close else ""


def _step(value: Json, part: str | int) -> Json:
    if isinstance(value, dict) and isinstance(part, str):
        folded = {key.lower(): key for key in reversed(value)} if len(value) <= MOST_NAMES else {}
        return value.get(part if part in value else folded.get(part.lower(), part))
    if isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
        return value[part]
    return None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
