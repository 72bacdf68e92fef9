"""The times at which the entries of a correlation rule matched, for the value that all of them share."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from panther_ci.deployment_rules.correlation import MINUTE, Correlation, Entry, Keys, Matches, read_matches

# Values that are looked at to explain why none of them makes an alert.
_MOST_EXPLAINED = 100


class Found(NamedTuple):
    """Whether there is an alert, and for which value; None if no entry matches on values.

    If there is none, `unmet` is the place of what is to blame for it, with the value that comes closest.
    `met` are the places of what is met with this value.
    """

    alerts: bool
    value: str | None = None
    met: frozenset[Keys] = frozenset()
    unmet: Keys = ()


class Timelines:
    """The matches of a case, by entry and value."""

    def __init__(self, rule: Correlation, outputs: object) -> None:
        self._rule = rule
        matches = read_matches(outputs)
        own = [matches.get(entry.id, {}) for entry in rule.entries]
        self._fields = [_on_values(entry, each) for entry, each in zip(rule.entries, own, strict=True)]
        self._every = [sorted(_count(each).elements()) for each in own]
        self._wanted = [place for place, entry in enumerate(rule.entries) if not entry.absent]

    def times(self, place: int, value: str | None) -> Sequence[int]:
        """When an entry matched with a value, in order; a time is there as often as it matched then."""
        fields = self._fields[place]
        if not fields:
            return self._every[place]
        times = fields[0].get(value, Counter())
        for field in fields[1:]:
            times &= field.get(value, Counter())
        return sorted(times.elements())

    def counted(self, place: int, value: str | None) -> Sequence[int]:
        """The same, without the times at which there are too many."""
        times, most = self.times(place, value), self._rule.entries[place].most
        return times if most is None else _keep_few(times, most, self._rule.lookback * MINUTE)

    def every(self, place: int) -> Sequence[int]:
        """When an entry matched, with whatever value."""
        return self._every[place]

    def shared(self) -> Iterable[str | None]:
        """The values with which all entries match that have to, and that match on values."""
        fields = [field for place in self._wanted for field in self._fields[place]]
        if not fields:
            return (None,)
        return (value for value in fields[0] if all(value in field for field in fields))

    def values(self) -> Iterable[str | None]:
        """The values with which at least one of them matches, and None for those that match on none."""
        fields = (field for place in self._wanted for field in self._fields[place][:1])
        return dict.fromkeys([*(value for field in fields for value in field), None])

    def likely(self) -> Iterable[str | None]:
        """The values with which most of them match; None if there are none."""
        firsts = (fields[0] for place in self._wanted if (fields := self._fields[place]))
        common = Counter(value for field in firsts for value in field).most_common(_MOST_EXPLAINED)
        return [value for value, _ in common] or (None,)


def _keep_few(times: Sequence[int], most: int, lookback: int) -> Sequence[int]:
    """The times that are in no window of the lookback with more than so many of them."""
    kept: list[int] = []
    crowded = -1
    for index, time in enumerate(times):
        last = index + max(0, most)
        if last < len(times) and times[last] - time <= lookback:
            crowded = last
        if index > crowded:
            kept.append(time)
    return kept


def _on_values(entry: Entry, matches: Matches) -> tuple[Mapping[str | None, Counter[int]], ...]:
    """The times by value, in each of the fields in which it must be the same."""
    return tuple(dict(matches.get(field, {}).items()) for field in entry.fields)


def _count(matches: Matches) -> Counter[int]:
    """How often an entry matched at each time: one match can have several fields."""
    most: Counter[int] = Counter()
    for values in matches.values():
        total: Counter[int] = Counter()
        for times in values.values():
            total.update(times)
        most |= total
    return most
