"""Entries that match one after the other.

All that is asked of them is that some moment is not before another one. So there is a first way to meet
it: each entry begins with its first matches, and whichever is too early for a condition moves on to later
ones, until all conditions hold or an entry has no more matches.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from panther_ci.deployment_rules.correlation import LOOKBACK_KEYS, MINUTE, Correlation, Entry, Keys
from panther_ci.running.confined.engine.correlation.timelines import Found, Timelines


class _Run:
    """The matches that an entry is met by: as many as it needs, one after the other, up to the one `at`."""

    def __init__(self, place: int, least: int, times: Sequence[int]) -> None:
        self.place = place
        self.times = times
        self._least = least
        self.at = least - 1

    def reset(self) -> None:
        """Begin with the first matches."""
        self.at = self._least - 1

    @property
    def over(self) -> bool:
        """Whether there are no more matches."""
        return self.at >= len(self.times)

    @property
    def begin(self) -> int:
        """The time of its first match."""
        return self.times[self.at - self._least + 1]

    @property
    def end(self) -> int:
        """The time of the match that completes it."""
        return self.times[self.at]

    def begin_at(self, time: int) -> None:
        """Move on to matches from a time on."""
        self.at = max(self.at, bisect_left(self.times, time) + self._least - 1)

    def end_at(self, time: int) -> None:
        """Move on until they are completed at a time or later."""
        self.at = max(self.at, bisect_left(self.times, time))


class _Condition(NamedTuple):
    """Something asked of runs: `push` moves the last of them on if it is not met. `keys` are its place."""

    keys: Keys
    runs: tuple[_Run, ...]
    push: Callable[[], None]


def find_sequence(rule: Correlation, timelines: Timelines, explained: bool) -> Found:
    """The first value with which entries follow each other; if there is none, why, if it is `explained`."""
    for value in timelines.shared():
        conditions = tuple(_Sequence(rule, timelines, value).conditions())
        if conditions and _settle(conditions):
            return Found(True, value, frozenset(each.keys for each in conditions))
    return _explain(rule, timelines) if explained else Found(False)


def _explain(rule: Correlation, timelines: Timelines) -> Found:
    """The condition that is not met with the value that meets the most."""
    best, found = -1, Found(False)
    for value in timelines.likely():
        conditions = tuple(_Sequence(rule, timelines, value).conditions())
        met = _count_met(conditions)
        if best < met < len(conditions):
            best = met
            open_ = {each.keys for each in conditions[met:]}
            decided = frozenset(each.keys for each in conditions[:met] if each.keys not in open_)
            found = Found(False, value, decided, conditions[met].keys)
    return found


def _count_met(conditions: Sequence[_Condition]) -> int:
    """How many of the first conditions can be met together."""
    return bisect_left(range(1, len(conditions) + 1), True, key=lambda size: not _settle(conditions[:size]))


def _settle(conditions: Sequence[_Condition]) -> bool:
    """Whether all conditions can be met; the runs are then the first ones that meet them."""
    touching: dict[int, list[_Condition]] = {}
    for condition in conditions:
        for run in condition.runs:
            run.reset()
            touching.setdefault(run.place, []).append(condition)
    queue = deque(conditions)
    while queue:
        condition = queue.popleft()
        if any(run.over for run in condition.runs):
            return False
        run = condition.runs[-1]
        before = run.at
        condition.push()
        if run.over:
            return False
        if run.at != before:
            queue.extend(touching[run.place])
    return True


class _Sequence:
    """What is asked of a sequence, for one value."""

    def __init__(self, rule: Correlation, timelines: Timelines, value: str | None) -> None:
        self._rule = rule
        self._lookback = rule.lookback * MINUTE
        self._times = [timelines.counted(place, value) for place in range(len(rule.entries))]
        self._runs: list[_Run] = []

    def conditions(self) -> Iterator[_Condition]:
        """The conditions, in the order of the entries; none if no entry has to match."""
        absent: list[int] = []
        for place, entry in enumerate(self._rule.entries):
            if entry.absent:
                absent.append(place)
                continue
            run = _Run(place, entry.least, self._times[place])
            yield from self._stand_alone(run, entry)
            yield from self._follow(self._runs[-1], run, absent) if self._runs else self._lead(run, absent)
            self._runs.append(run)
            first = self._runs[0]
            yield _Condition(LOOKBACK_KEYS, (run, first), partial(_keep_inside, first, run, self._lookback))
            absent = []
        if self._runs:
            yield from self._trail(self._runs[-1], absent)

    def _stand_alone(self, run: _Run, entry: Entry) -> Iterator[_Condition]:
        """It has as many matches as it needs."""
        yield _Condition(entry.keys, (run,), _nothing)
        if own := self._rule.links.get((run.place, run.place)):
            yield _Condition(own.keys, (run,), partial(_keep_within, run, run, own.minutes * MINUTE))

    def _follow(self, last: _Run, run: _Run, absent: Sequence[int]) -> Iterator[_Condition]:
        """It comes after another one, in time, and what is absent is not between them."""
        link = self._rule.relate(last.place, run.place)
        yield _Condition(link.keys, (last, run), partial(_keep_after, last, run))
        yield _Condition(link.keys, (run, last), partial(_keep_within, last, run, link.minutes * MINUTE))
        for other in self._runs:
            stated = self._rule.links.get((other.place, run.place))
            if stated and other.place != run.place - 1:
                push = partial(_keep_within, other, run, stated.minutes * MINUTE)
                yield _Condition(stated.keys, (run, other), push)
        for place in absent:
            push = partial(_keep_apart, last, run, self._times[place])
            yield _Condition(self._rule.entries[place].keys, (run, last), push)

    def _lead(self, run: _Run, absent: Sequence[int]) -> Iterator[_Condition]:
        """What is absent is not before the first one."""
        for place in absent:
            frame = self._rule.relate(place, run.place).minutes * MINUTE
            push = partial(_keep_clear_before, run, self._times[place], frame)
            yield _Condition(self._rule.entries[place].keys, (run,), push)

    def _trail(self, run: _Run, absent: Sequence[int]) -> Iterator[_Condition]:
        """What is absent is not after the last one."""
        for place in absent:
            frame = self._rule.relate(run.place, place).minutes * MINUTE
            push = partial(_keep_clear_after, run, self._times[place], frame)
            yield _Condition(self._rule.entries[place].keys, (run,), push)


def _nothing() -> None:
    """Nothing is to be moved: that there are enough matches is asked of each run before."""


def _keep_after(last: _Run, run: _Run) -> None:
    run.begin_at(last.end)


def _keep_within(last: _Run, run: _Run, frame: int) -> None:
    if last is run:
        run.begin_at(run.end - frame)
    else:
        last.end_at(run.end - frame)


def _keep_inside(first: _Run, run: _Run, lookback: int) -> None:
    first.begin_at(run.end - lookback)


def _keep_apart(last: _Run, run: _Run, absent: Sequence[int]) -> None:
    if index := bisect_right(absent, run.begin):
        last.end_at(absent[index - 1] + 1)


def _keep_clear_before(run: _Run, absent: Sequence[int], frame: int) -> None:
    if index := bisect_right(absent, run.begin):
        run.end_at(absent[index - 1] + frame + 1)


def _keep_clear_after(run: _Run, absent: Sequence[int], frame: int) -> None:
    if index := bisect_right(absent, run.end + frame):
        run.end_at(absent[index - 1] + 1)
