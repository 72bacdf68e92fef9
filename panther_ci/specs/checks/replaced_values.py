"""Values that a deployment accepts, but replaces by others."""

from collections.abc import Iterator, Mapping
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Json, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project

_LEAST_DEDUP_MINUTES: Final = 5
_DEFAULTS: Final = {"DedupPeriodMinutes": 60, "Threshold": 1}


def find_replaced_values(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for a `DedupPeriodMinutes` or a `Threshold` that is not the one that applies."""
    for key, instead in _replaced(spec.fields):
        message = f"A deployment replaces this `{key}` by {instead}."
        hint = f"Write {instead}, or the number that you mean."
        if key == "DedupPeriodMinutes":
            hint += " For an alert on every event, return its `p_row_id` from `dedup`."
        yield Finding.of(CheckId.REPLACED_VALUE, message, project.locate(spec.path, (key,)), hint)


def _replaced(fields: Mapping[str, Json]) -> Iterator[tuple[str, int]]:
    """The keys whose values are replaced, with the values that apply instead."""
    for key, default in _DEFAULTS.items():
        value = fields.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            continue
        if value == 0:
            yield key, default
        elif key == "DedupPeriodMinutes" and 0 < value < _LEAST_DEDUP_MINUTES:
            yield key, _LEAST_DEDUP_MINUTES
