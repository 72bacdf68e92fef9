"""Why a correlation rule makes an alert or none: a line for each entry with its times, and each relation."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeAlias

from panther_ci.deployment_rules.correlation import LOOKBACK_KEYS, MINUTE, SECOND, Correlation, Entry, Keys
from panther_ci.running import protocol
from panther_ci.running.confined.engine.correlation.timelines import Found, Timelines

_LONGEST_NAME = 60


# The place of a line, its text, how deep it is, and the marks of its times.
_Line: TypeAlias = "tuple[Keys, str, int, list[int]]"


def describe_steps(rule: Correlation, timelines: Timelines, found: Found) -> list[list[Any]]:
    """The steps of a case, with the times of one value, as the protocol has them."""
    steps = _Steps(rule, timelines, found)
    lines = islice(steps.lines(), protocol.MAX_STEPS)
    return [[[*keys], text, steps.is_met(keys), depth, marks] for keys, text, depth, marks in lines]


class _Steps:
    def __init__(self, rule: Correlation, timelines: Timelines, found: Found) -> None:
        self._rule = rule
        self._timelines = timelines
        self._found = found
        self._times = [timelines.times(place, found.value) for place in range(len(rule.entries))]
        self._present = [place for place, entry in enumerate(rule.entries) if not entry.absent]
        self._first = min((times[0] for times in self._times if times), default=0)
        self._last = max((times[-1] for times in self._times if times), default=0)
        self._whole = all((time - self._first) % MINUTE == 0 for times in self._times for time in times)

    def is_met(self, keys: Keys) -> bool | None:
        """Whether what is at this place is met; None if it did not have to be decided."""
        if keys == self._found.unmet:
            return False
        return True if keys in self._found.met else None

    def lines(self) -> Iterator[_Line]:
        """A line for each entry, each relation, and the window of all."""
        rule = self._rule
        for place, entry in enumerate(rule.entries):
            marks = [self._mark(time) for time in self._times[place][: protocol.MAX_MARKS]]
            yield entry.keys, f"{self._name(place, entry)}: {self._describe_times(place, entry)}", 0, marks
            if rule.ordered and not entry.absent:
                yield from self._relations(place)
        if not rule.ordered or len(self._present) > 2 or any(entry.least > 1 for entry in rule.entries):
            needed = rule.needed if rule.needed != len(self._present) else 0
            who = f"{needed} of {len(self._present)}" if needed else "all"
            yield LOOKBACK_KEYS, f"{who} within {rule.lookback} min", 0, []

    def _relations(self, place: int) -> Iterator[_Line]:
        """How an entry follows earlier ones."""
        rule, second = self._rule, _quote(self._rule.entries[place].id)
        for other in (each for each in self._present if each <= place):
            link = rule.links.get((other, place))
            if link is None and other == self._before(place):
                link = rule.relate(other, place)
            if link:
                first = _quote(rule.entries[other].id)
                after = f"after {first}" if other != place else "from the first one on"
                yield link.keys, f"{second} within {link.minutes} min {after}", 1, []

    def _before(self, place: int) -> int | None:
        """The entry before one that has to match."""
        return max((each for each in self._present if each < place), default=None)

    def _name(self, place: int, entry: Entry) -> str:
        value = self._found.value
        shared = f" {_cut(entry.fields[0])}={_quote(value)}" if entry.fields and value is not None else ""
        if entry.absent:
            return f"no {_quote(entry.id)}{shared}{self._where(place)}"
        number = f" at least {entry.least} times" if entry.least > 1 else ""
        return f"{_quote(entry.id)}{shared}{number}"

    def _where(self, place: int) -> str:
        """The time in which an entry must be absent."""
        rule, before = self._rule, self._before(place)
        after = min((each for each in self._present if each > place), default=None)
        if not rule.ordered:
            return f" within {rule.lookback} min before or after"
        if before is None and after is not None:
            return f" within {rule.relate(place, after).minutes} min before"
        if before is not None and after is None:
            return f" within {rule.relate(before, place).minutes} min after"
        return " in between"

    def _describe_times(self, place: int, entry: Entry) -> str:
        times = self._times[place]
        if not times:
            others = len(self._timelines.every(place))
            return f"no match ({others} without this value)" if others else "no match"
        shown = ", ".join(map(self._show, times[: protocol.MAX_MARKS]))
        more = f", … ({len(times)} matches)" if len(times) > protocol.MAX_MARKS else ""
        most = f" (at most {entry.most})" if entry.most is not None else ""
        return f"{shown} min{more}{most}"

    def _show(self, time: int) -> str:
        """A time in minutes after the first one, and seconds if any has some."""
        minutes, rest = divmod(time - self._first, MINUTE)
        if self._whole:
            return str(minutes)
        seconds, fraction = divmod(rest, SECOND)
        return f"{minutes}:{seconds:02}" + (f".{fraction:09}".rstrip("0") if fraction else "")

    def _mark(self, time: int) -> int:
        """Where a time is between the first and the last one, in thousandths."""
        return (time - self._first) * 1000 // max(1, self._last - self._first)


def _quote(text: str) -> str:
    plain = _cut(text).replace("`", "'")
    return f"`{plain}`"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}…"
