"""Entries, fields and times of correlation rules and their cases that are none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.correlation import Correlation, Entry, read_correlation, read_time
from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Json, Level, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.checks.hints import Hints
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import Keys, cut

# Of one file; a report shows fewer.
_MOST = 10_000
_TOO_LARGE = "This number is too large to be a time."
_TIME_HINT = "Write minutes as a whole number, or a text such as 2024-05-01T10:00:00Z."


def find_wrong_correlations(project: Project, _: CheckSettings) -> Iterator[Finding]:
    """The findings on what correlation rules and their cases name."""
    finder = _Finder(project)
    for spec in project.selected:
        rule = read_correlation(spec.fields.get("Detection"))
        if spec.type is AnalysisType.CORRELATION_RULE and rule is not None:
            yield from islice(finder.find(spec, rule), _MOST)


@dataclass
class _Finder:
    """Finds what is wrong in correlation rules."""

    project: Project
    hints: Hints = field(default_factory=Hints)
    # Texts that are times, since one text can be in a file a million times.
    times: set[str] = field(default_factory=set)

    def find(self, spec: Spec, rule: Correlation) -> Iterator[Finding]:
        """The findings on one spec."""
        ids = {entry.id: entry for entry in rule.entries}
        by_rule = {entry.rule: entry.id for entry in rule.entries}
        for keys, name in chain(_list_named(spec), _list_outputs(spec)):
            if name not in ids:
                near = by_rule.get(name) or self.hints.find(name, ids)
                yield self.report_unknown(spec, keys, name, near)
        yield from self.find_same(spec, rule)
        yield from self.find_order(spec, rule)
        for keys, name in _list_outputs(spec):
            place = (*keys[:-1], "Matches")
            matches = _get(spec.fields, place)
            if isinstance(matches, dict):
                if name in ids:
                    yield from self.find_fields(spec, place, list(matches), ids[name])
                yield from self.find_times(spec, place, matches)

    def report_unknown(self, spec: Spec, keys: Keys, name: str, near: str) -> Finding:
        """The finding on an id that no entry has."""
        hint = f"Did you mean `{cut(near)}`?" if near else "Name the `ID` of an entry."
        message = f"No entry of this correlation rule has the `ID` `{cut(name)}`."
        where = self.project.locate(spec.path, keys)
        return Finding.of(CheckId.UNKNOWN_ENTRY, message, where, hint, spec.id)

    def find_same(self, spec: Spec, rule: Correlation) -> Iterator[Finding]:
        """A warning of each entry that is named like one before it."""
        known: set[str] = set()
        for entry in rule.entries:
            if entry.id in known:
                message = f"`{cut(entry.id)}` is the `ID` of an entry before this one too."
                hint = "Give it an `ID` of its own: transitions, criteria and cases name entries by it."
                where = self.project.locate(spec.path, (*entry.keys, "ID"))
                found = Finding.of(CheckId.REPEATED_VALUE, message, where, hint, spec.id)
                yield found._replace(level=Level.WARNING)
            known.add(entry.id)

    def find_order(self, spec: Spec, rule: Correlation) -> Iterator[Finding]:
        """A finding on each transition that does not lead from an entry to the next one."""
        for (first, second), link in rule.links.items():
            if second != first + 1:
                one, other = (cut(rule.entries[place].id) for place in (first, second))
                message = f"`{other}` does not come next after `{one}` in `Sequence`."
                swapped = first == second + 1
                hint = "Exchange `From` and `To`." if swapped else CheckId.TRANSITION_ORDER.help
                where = self.project.locate(spec.path, link.keys)
                yield Finding.of(CheckId.TRANSITION_ORDER, message, where, hint, spec.id)

    def find_fields(self, spec: Spec, keys: Keys, named: list[str], entry: Entry) -> Iterator[Finding]:
        """A finding on the matches of an entry if they have no field that counts."""
        if entry.fields and named and not set(entry.fields).intersection(named):
            field = cut(entry.fields[0])
            message = f"`{cut(entry.id)}` matches on `{field}`, which is no field of these matches."
            hint = f"Write `{field}` instead of `{cut(named[0])}`: matches by other fields are not counted."
            where = self.project.locate_key(spec.path, *keys, named[0])
            yield Finding.of(CheckId.UNMATCHED_FIELD, message, where, hint, spec.id)

    def find_times(self, spec: Spec, keys: Keys, matches: dict[str, Json]) -> Iterator[Finding]:
        """A finding on each time that can't be read; the schema says where it is no number and no text."""
        for name, values in matches.items():
            for value, times in values.items() if isinstance(values, dict) else ():
                for index, time in enumerate(times if isinstance(times, list) else ()):
                    if type(time) in (int, str) and not self.is_time(time):
                        message = f"`{cut(time)}` is no time." if isinstance(time, str) else _TOO_LARGE
                        where = self.project.locate(spec.path, (*keys, name, value, index))
                        yield Finding.of(CheckId.WRONG_VALUE, message, where, _TIME_HINT, spec.id)

    def is_time(self, time: Json) -> bool:
        """Whether a number or text is a time."""
        if isinstance(time, str):
            if time not in self.times and read_time(time) is not None:
                self.times.add(time)
            return time in self.times
        return read_time(time) is not None


def _list_named(spec: Spec) -> Iterator[tuple[Keys, str]]:
    """The ids of entries that transitions and criteria name, with their places."""
    form: Keys = ("Detection", 0)
    for index, transition in enumerate(_items(spec, (*form, "Transitions"))):
        for side in ("From", "To"):
            yield from _named(transition, side, (*form, "Transitions", index))
    criteria = _get(spec.fields, (*form, "MatchCriteria"))
    for name in criteria if isinstance(criteria, dict) else ():
        for index, item in enumerate(_items(spec, (*form, "MatchCriteria", name))):
            yield from _named(item, "GroupID", (*form, "MatchCriteria", name, index))


def _list_outputs(spec: Spec) -> Iterator[tuple[Keys, str]]:
    """The ids of entries that cases name, with their places."""
    for number in range(len(_items(spec, ("Tests",)))):
        for index, output in enumerate(_items(spec, ("Tests", number, "RuleOutputs"))):
            yield from _named(output, "ID", ("Tests", number, "RuleOutputs", index))


def _named(item: Json, key: str, keys: Keys) -> Iterator[tuple[Keys, str]]:
    name = item.get(key) if isinstance(item, dict) else None
    if isinstance(name, str):
        yield (*keys, key), name


def _items(spec: Spec, keys: Keys) -> list[Json]:
    found = _get(spec.fields, keys)
    return found if isinstance(found, list) else []


def _get(value: Any, keys: Keys) -> Any:
    for key in keys:
        if isinstance(value, list) and isinstance(key, int):
            value = value[key]
        else:
            value = value.get(key) if isinstance(value, Mapping) else None
    return value
