"""Describes which fields of an event a body read, and for a missing one what it may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches

from panther_ci.judging.observations import Read
from panther_ci.model import FieldRead, Json

# Each comparison takes its time, and a hostile event has a million names: past this, there is no hint.
MOST_NAMES = 200
LONGEST_NAME = 64
MOST_HINTS = 10


def describe_reads(reads: Iterable[Read], event: Json) -> tuple[FieldRead, ...]:
    """The readings in words, with the nearest name that the event has where a field was missing."""
    described: list[FieldRead] = []
    missing = 0
    for read in reads:
        missing += not read.found
        nearest = "" if read.found or missing > MOST_HINTS else _nearest(read.path, event)
        described.append(FieldRead(_dotted(read.path), read.value, read.found, nearest))
    return tuple(described)


def hint_at(reads: Iterable[FieldRead]) -> str:
    """The next step, if a missing field may be the reason."""
    missing = [read for read in reads if not read.found]
    for read in missing:
        if read.nearest:
            return f"the body read `{read.path}`, which the event hasn't; nearest: `{read.nearest}`"
    return f"the body read `{missing[-1].path}`, which the event hasn't" if missing else ""


def _dotted(path: Iterable[str | int]) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _nearest(path: tuple[str | int, ...], event: Json) -> str:
    parent: Json = event
    for part in path[:-1]:
        parent = _step(parent, part)
    wanted = path[-1] if path else ""
    if not isinstance(parent, dict) or not isinstance(wanted, str):
        return ""
    if len(parent) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in (wanted, *parent)):
        return ""
    plain = {_plain(key): key for key in reversed(parent)}
    close = get_close_matches(_plain(wanted), list(plain), n=1, cutoff=0.6)
    return _dotted((*path[:-1], plain[close[0]])) if close else ""


def _step(value: Json, part: str | int) -> Json:
    if isinstance(value, dict) and isinstance(part, str):
        folded = {key.lower(): key for key in reversed(value)} if len(value) <= MOST_NAMES else {}
        return value.get(part, value.get(folded.get(part.lower(), "")))
    if isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value):
        return value[part]
    return None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
