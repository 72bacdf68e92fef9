"""Alerts as text. It may quote the content: each report makes it harmless."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from panther_ci.judging.alerts import AlertChange
from panther_ci.model import Alert


class ShownChange(NamedTuple):
    """What changed in an alert: the name of a field and both texts."""

    name: str
    before: str
    now: str


def describe_alert(alert: Alert) -> Iterator[tuple[str, str]]:
    """The fields of an alert, each a name and a text; a context only if there is one."""
    yield "title", alert.title
    yield "severity", alert.severity
    yield "dedup", "the title" if alert.dedup == alert.title else alert.dedup
    yield "destinations", _show(alert.destinations)
    if alert.context:
        yield "context", alert.context


def describe_changes(changes: Iterable[AlertChange]) -> Iterator[ShownChange]:
    """What changed, in words."""
    return (ShownChange(field, _show(before), _show(now)) for field, before, now in changes)


def _show(value: str | tuple[str, ...] | None) -> str:
    if value is None:
        return "those of the deployment"
    if isinstance(value, tuple):
        return ", ".join(value) if value else "none, so that no alert is sent"
    return value or "none"
