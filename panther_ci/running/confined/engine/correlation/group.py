"""Entries that match in any order, within one window."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from panther_ci.deployment_rules.correlation import LOOKBACK_KEYS, MINUTE, Correlation, Keys
from panther_ci.running.confined.engine.correlation.timelines import Found, Timelines


def find_group(rule: Correlation, timelines: Timelines, explained: bool) -> Found:
    """The first value with which enough entries are met; if there is none, why, if it is `explained`."""
    wanted = sum(not entry.absent for entry in rule.entries)
    values = timelines.shared() if rule.needed >= wanted else timelines.values()
    absent = [entry.keys for entry in rule.entries if entry.absent]
    for value in values if wanted else ():
        group = _Group(rule, timelines, value)
        met = group.find(group.list_clear())
        if len(met) >= rule.needed:
            return Found(True, value, frozenset((LOOKBACK_KEYS, *absent, *group.keys_of(met))))
    return _explain(rule, timelines) if wanted and explained else Found(False)


def _explain(rule: Correlation, timelines: Timelines) -> Found:
    """What is missing with the value with which the most entries are met."""
    groups = [_Group(rule, timelines, value) for value in timelines.likely()]
    every = [group.find(group.list_all()) for group in groups]
    met, group = max(zip(every, groups, strict=True), key=lambda pair: len(pair[0]))
    return Found(False, group.value, frozenset(group.keys_of(met)), group.find_unmet(met))


class _Group:
    """What is asked of a group, for one value."""

    def __init__(self, rule: Correlation, timelines: Timelines, value: str | None) -> None:
        self.value = value
        self._rule = rule
        self._lookback = rule.lookback * MINUTE
        self._times = [timelines.counted(place, value) for place in range(len(rule.entries))]

    def list_all(self) -> list[tuple[int, int]]:
        """The time and entry of each match that counts, in order."""
        return sorted(self._list_matches())

    def list_clear(self) -> list[tuple[int, int]]:
        """The same without those that are too near to a match that must be absent."""
        absent = [self._times[place] for place, entry in enumerate(self._rule.entries) if entry.absent]
        matches = self._list_matches()
        return sorted(each for each in matches if not any(self._is_near(each[0], times) for times in absent))

    def find(self, matches: Sequence[tuple[int, int]]) -> frozenset[int]:
        """The entries, by their index, that are met in the window that meets the most of them."""
        counts = [0] * len(self._rule.entries)
        met: set[int] = set()
        best: frozenset[int] = frozenset()
        left = 0
        for time, place in matches:
            counts[place] += 1
            if counts[place] >= self._rule.entries[place].least:
                met.add(place)
            while time - matches[left][0] > self._lookback:
                gone = matches[left][1]
                counts[gone] -= 1
                if counts[gone] < self._rule.entries[gone].least:
                    met.discard(gone)
                left += 1
            if len(met) > len(best):
                best = frozenset(met)
        return best

    def keys_of(self, met: frozenset[int]) -> Iterator[Keys]:
        """The places of these entries, and of those that must be absent and are."""
        for place, entry in enumerate(self._rule.entries):
            if place in met or (entry.absent and not self._times[place]):
                yield entry.keys

    def find_unmet(self, met: frozenset[int]) -> Keys:
        """The place of an entry that has too few matches or must be absent, or else of the window."""
        entries = self._rule.entries
        if len(met) >= self._rule.needed:
            unmet = [place for place, entry in enumerate(entries) if entry.absent and self._times[place]]
        else:
            counts = Counter(place for _, place in self._list_matches())
            wanted = [place for place, entry in enumerate(entries) if not entry.absent]
            unmet = [place for place in wanted if counts[place] < entries[place].least]
        return entries[unmet[0]].keys if unmet else LOOKBACK_KEYS

    def _list_matches(self) -> Iterator[tuple[int, int]]:
        for place, entry in enumerate(self._rule.entries):
            for time in () if entry.absent else self._times[place]:
                yield time, place

    def _is_near(self, time: int, absent: Sequence[int]) -> bool:
        """Whether something matches within the lookback before or after a time."""
        index = bisect_left(absent, time - self._lookback)
        return index < len(absent) and absent[index] <= time + self._lookback
