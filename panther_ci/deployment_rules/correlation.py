"""What a correlation rule declares, and the times at which the rules it names matched in a case.

The form is that of https://docs.panther.com/detections/correlation-rules/correlation-rule-reference.
Times are kept in nanoseconds.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

SECOND: Final = 10**9
MINUTE: Final = 60 * SECOND
LOOKBACK: Final = 15
# A number that is larger is no time.
_MOST_MINUTES: Final = 2**53
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TIME: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)", re.ASCII)

# Where something is in the declaration.
Keys: TypeAlias = "tuple[str | int, ...]"
LOOKBACK_KEYS: Final[Keys] = ("Detection", 0, "LookbackWindowMinutes")
# Field -> value -> how often it matched at each time.
Matches: TypeAlias = "Mapping[str, Mapping[str, Counter[int]]]"


class Entry(NamedTuple):
    """A rule that is correlated: how many matches it needs and may have, or that there must be none.

    A match has the value that all entries share in each of the `fields`; without any, every match counts.
    """

    id: str
    rule: str
    keys: Keys
    least: int = 1
    most: int | None = None
    absent: bool = False
    fields: tuple[str, ...] = ()


class Link(NamedTuple):
    """A transition, and how long it may take."""

    minutes: int
    keys: Keys


class Correlation(NamedTuple):
    """A correlation rule. Without an order, `needed` of the entries that may match have to.

    `links` has the transition from one entry to another, both by their index.
    """

    entries: tuple[Entry, ...]
    ordered: bool
    links: Mapping[tuple[int, int], Link] = MappingProxyType({})
    lookback: int = LOOKBACK
    needed: int = 0

    def relate(self, first: int, second: int) -> Link:
        """What leads from one entry to a later one: all transitions between them, one after the other."""
        links = [self.links.get((place, place + 1)) for place in range(first, second)]
        minutes = sum(link.minutes if link else self.lookback for link in links)
        last = next(filter(None, reversed(links)), None)
        return Link(minutes, last.keys if last else (*self.entries[second].keys, "ID"))


def read_correlation(detection: object) -> Correlation | None:
    """The `Detection` of a correlation rule; None if it has not the form of one."""
    form = detection[0] if isinstance(detection, list) and len(detection) == 1 else None
    if not isinstance(form, dict):
        return None
    lookback = _positive(form.get("LookbackWindowMinutes")) or LOOKBACK
    ordered = "Sequence" in form
    entries = _read_entries(form, "Sequence" if ordered else "Group")
    whole = _with_fields(entries, _list_sides(form) if ordered else _list_criteria(form))
    links = _read_links(form, entries, lookback) if ordered else {}
    needed = _positive(form.get("MinMatchCount")) or sum(not entry.absent for entry in entries)
    return Correlation(whole, ordered, links, lookback, needed) if entries else None


def has_several_criteria(detection: object) -> bool:
    """Whether entries match on several values at once; how a deployment joins them is not known."""
    forms = _dicts(detection)
    return any(isinstance(each := form.get("MatchCriteria"), dict) and len(each) > 1 for form in forms)


def _read_entries(form: Mapping[str, Any], key: str) -> tuple[Entry, ...]:
    items = form.get(key)
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return ()
    return tuple(_read_entry(item, ("Detection", 0, key, index)) for index, item in enumerate(items))


def _read_entry(item: Mapping[str, Any], keys: Keys) -> Entry:
    rule = _text(item.get("RuleID"))
    most, absent = item.get("MaxMatchCount"), item.get("Absence") is True
    return Entry(
        id=_text(item.get("ID")) or rule,
        rule=rule,
        keys=keys,
        least=_positive(item.get("MinMatchCount")) or 1,
        most=most if type(most) is int and not absent else None,
        absent=absent,
    )


def _read_links(
    form: Mapping[str, Any], entries: Sequence[Entry], lookback: int
) -> Mapping[tuple[int, int], Link]:
    places = {entry.id: place for place, entry in reversed(tuple(enumerate(entries)))}
    links: dict[tuple[int, int], Link] = {}
    for index, transition in enumerate(_dicts(form.get("Transitions"))):
        first, second = (places.get(_text(transition.get(side))) for side in ("From", "To"))
        if first is not None and second is not None:
            minutes = _positive(transition.get("WithinTimeFrameMinutes")) or lookback
            links.setdefault((first, second), Link(minutes, ("Detection", 0, "Transitions", index)))
    return MappingProxyType(links)


def _list_sides(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The id of each entry that a transition names, with its field."""
    for transition in _dicts(form.get("Transitions")):
        for match in _dicts(transition.get("Match")):
            for side in ("From", "To"):
                yield _text(transition.get(side)), _text(match.get("On", match.get(side)))


def _list_criteria(form: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The id of each entry that a criterion names, with its field."""
    criteria = form.get("MatchCriteria")
    for items in criteria.values() if isinstance(criteria, dict) else ():
        for item in _dicts(items):
            yield _text(item.get("GroupID")), _text(item.get("Match"))


def _with_fields(entries: Sequence[Entry], pairs: Iterable[tuple[str, str]]) -> tuple[Entry, ...]:
    fields: dict[str, dict[str, None]] = {}
    for name, field in pairs:
        if field:
            fields.setdefault(name, {})[field] = None
    return tuple(entry._replace(fields=tuple(fields.get(entry.id, ()))) for entry in entries)


# Cases ------------------------------------------------------------------------------------------


def read_time(value: object) -> int | None:
    """A time of a case: minutes since 1970 as an integer, or a text of RFC 3339; None for anything else."""
    if type(value) is int:
        return value * MINUTE if abs(value) <= _MOST_MINUTES else None
    written = _TIME.fullmatch(value) if isinstance(value, str) else None
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written[1] + written[3].replace("Z", "+00:00"))
        seconds = (moment - _EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None
    return seconds * SECOND + int((written[2] or "0").ljust(9, "0"))


def read_matches(outputs: object) -> Mapping[str, Matches]:
    """The matches of each entry by its id; what does not have the form of a match is ignored."""
    found: dict[str, dict[str, dict[str, Counter[int]]]] = {}
    for output in _dicts(outputs):
        fields = found.setdefault(_text(output.get("ID")), {})
        for field, value, time in list_times(output.get("Matches")):
            fields.setdefault(field, {}).setdefault(value, Counter())[time] += 1
    return MappingProxyType(found)


def list_times(matches: object) -> Iterator[tuple[str, str, int]]:
    """Each field, value and time of the matches of an entry."""
    for field, values in matches.items() if isinstance(matches, dict) else ():
        for value, times in values.items() if isinstance(values, dict) else ():
            for time in times if isinstance(times, list) else ():
                if (read := read_time(time)) is not None:
                    yield field, value, read


def _positive(value: object) -> int:
    """A number that is stated; 0, as for a deployment, if it is not."""
    return value if type(value) is int and value > 0 else 0


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    return (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
