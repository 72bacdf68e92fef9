"""Alerts as text. It may quote the content: each report makes it harmless."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from panther_ci.judging.alerts import AlertChange, compare_alerts
from panther_ci.model import Alert, CaseResult, Json, Report, SpecReport

# Alerts of a detection that a report shows.
SHOWN = 3
# A context in so many characters stays on one line.
_LONG = 100


class ShownChange(NamedTuple):
    """What changed in an alert: the name of a field and both texts."""

    name: str
    before: str
    now: str


def describe_alert(alert: Alert) -> Iterator[tuple[str, str]]:
    """The fields of an alert, each a name and a text; those that it may do without only if it has them."""
    yield "title", alert.title
    yield "severity", alert.severity
    yield "dedup", "the title" if alert.dedup == alert.title else alert.dedup
    yield "destinations", _show(alert.destinations)
    optional = ("description", "reference", "runbook", "context")
    yield from ((name, text) for name in optional if (text := getattr(alert, name)))


def describe_changes(changes: Iterable[AlertChange]) -> Iterator[ShownChange]:
    """What changed, in words."""
    return (ShownChange(field, _show(before), _show(now)) for field, before, now in changes)


def describe_case(case: CaseResult) -> Iterator[str]:
    """The alert of a case, a line for each field, and below it what the field was before a change."""
    if case.alert is None:
        return
    was = describe_changes(compare_alerts(case.alert_before, case.alert)) if case.alert_before else ()
    changes = {change.name: change for change in was}
    for name, text in describe_alert(case.alert):
        yield f"{name}: {text}"
        if change := changes.pop(name, None):
            yield f"  was: {change.before}"
    for change in changes.values():  # a context that is gone
        yield from (f"{change.name}: {change.now}", f"  was: {change.before}")


def describe_in_lines(case: CaseResult) -> Iterator[str]:
    """The alert of a case as `describe_case` has it, a long context with a line for each of its keys."""
    for line in describe_case(case):
        name, _, text = line.partition(": ")
        context = _read_context(text) if len(line) > _LONG else {}
        if name.strip() in ("context", "was") and context:
            yield f"{name}:"
            indent = " " * (len(name) - len(name.lstrip()) + 2)
            for key, value in context.items():
                yield f"{indent}{key}: {json.dumps(value, ensure_ascii=False)}"
        else:
            yield line


def _read_context(text: str) -> Mapping[str, Json]:
    """The keys of a context; none where only its beginning is known."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def list_alerting(report: Report) -> tuple[SpecReport, ...]:
    """The specs with alerts to show, those with changed ones first."""
    shown = (spec for spec in report.specs if spec.alerting)
    return tuple(sorted(shown, key=lambda spec: not any(map(has_changed, spec.cases))))


def choose_cases(spec: SpecReport) -> tuple[CaseResult, ...]:
    """The cases of a spec whose alerts are worth showing: the first ones, changed alerts before others."""
    alerting = (case for case in spec.cases if case.alert)
    return tuple(sorted(alerting, key=lambda case: not has_changed(case)))[:SHOWN]


def has_changed(case: CaseResult) -> bool:
    """Whether a change gives a case another alert than before."""
    return bool(case.alert and case.alert_before and compare_alerts(case.alert_before, case.alert))


def _show(value: str | tuple[str, ...] | None) -> str:
    if value is None:
        return "those of the deployment"
    if isinstance(value, tuple):
        return ", ".join(value) if value else "none, so that no alert is sent"
    return value or "none"
