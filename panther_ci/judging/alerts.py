"""Makes the alert of a case, as a deployment does, also of functions that failed there.

What stands in for them is that of panther_core 0.16: for a title the id, for a dedup string a default one,
for a severity that of the spec, for destinations and a context none.
"""

from collections.abc import Mapping
from typing import NamedTuple

from panther_ci.judging.alert_functions import MAX_DESTINATIONS, MAX_STRING, SEVERITIES, find_problem
from panther_ci.judging.observations import CaseObservation, Returned
from panther_ci.model import Alert, Job, Json

# The functions whose answers an alert shows.
_TEXTS = ("description", "reference", "runbook")
_SHOWN = ("title", "severity", "dedup", "destinations", "alert_context", *_TEXTS)
_CUT = "... (truncated)"
# The text of a context that was observed is at most so long.
_CONTEXT_SHOWN = 2000


class AlertChange(NamedTuple):
    """A field of an alert that changed: its name in `Alert`, and both values."""

    field: str
    before: str | tuple[str, ...] | None
    now: str | tuple[str, ...] | None


def make_alert(job: Job, seen: CaseObservation) -> Alert | None:
    """The alert of a case, whether or not one is expected; None if the detection makes none of it."""
    matcher = job.spec.type.kind.matcher
    if not job.spec.create_alert or not isinstance(seen.matcher, Returned):
        return None
    if seen.matcher[:2] != ("bool", str(matcher.alerts_on)):
        return None
    good = {
        name: each
        for name in _SHOWN
        if isinstance(each := seen.functions.get(name), Returned) and find_problem(job, name, each) is None
    }
    id_ = _cut(job.spec.id)
    title = _text(good["title"]) if "title" in good else id_ if "title" in seen.functions else ""
    dedup = _text(good.get("dedup")) if "dedup" in seen.functions else title
    return Alert(
        title=title or _field(job, "DisplayName") or id_,
        severity=_severity(job, good),
        dedup=dedup or f"defaultDedupString:{id_}",
        destinations=_destinations(job, good.get("destinations")),
        context=_context(good.get("alert_context")),
        **{name: _text(good.get(name)) for name in _TEXTS},
    )


def compare_alerts(before: Alert, now: Alert) -> tuple[AlertChange, ...]:
    """What differs between two alerts, in the order of their fields."""
    pairs = zip(Alert._fields, before, now, strict=True)
    return tuple(AlertChange(*pair) for pair in pairs if pair[1] != pair[2])


def _severity(job: Job, good: Mapping[str, Returned]) -> str:
    text = good["severity"].text.upper() if "severity" in good else SEVERITIES[-1]
    return (_field(job, "Severity") if text == SEVERITIES[-1] else text).capitalize()


def _destinations(job: Job, seen: Returned | None) -> tuple[str, ...] | None:
    if seen is not None and seen.type == "list":
        return seen.items
    outputs: Json = job.spec.fields.get("OutputIds")
    if not isinstance(outputs, list):
        return None
    return tuple(_cut(each) for each in outputs[:MAX_DESTINATIONS] if isinstance(each, str)) or None


def _context(seen: Returned | None) -> str:
    if seen is None:
        return ""
    is_cut = len(seen.text) >= _CONTEXT_SHOWN and seen.size > _CONTEXT_SHOWN
    return f"{seen.text}… ({seen.size} bytes in all)" if is_cut else seen.text


def _text(seen: Returned | None) -> str:
    if seen is None:
        return ""
    return seen.text if seen.size <= MAX_STRING else seen.text[: MAX_STRING - len(_CUT)] + _CUT


def _cut(text: str) -> str:
    """What a spec says may be of any length, and is kept for each of its cases."""
    return text if len(text) <= MAX_STRING else text[:MAX_STRING]


def _field(job: Job, name: str) -> str:
    value = job.spec.fields.get(name)
    return _cut(value) if isinstance(value, str) else ""
