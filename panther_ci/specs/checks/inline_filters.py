"""Filters of a rule that cases don't show, since only a deployment evaluates them."""

from collections.abc import Iterator

from panther_ci.model import Finding, Level
from panther_ci.specs.assembly import resolve
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        if spec.type.judged and resolve(project, spec).fields.get("InlineFilters"):
            own = spec.fields.get("InlineFilters")
            where = project.locate_key(spec.path, "InlineFilters") if own else spec.location
            message = "Cases do not pass through `InlineFilters`: only a deployment evaluates them."
            hint = "A case shows what the body returns for an event that the filters let through."
            yield Finding("inline-filters", message, where, Level.WARNING, hint, spec.id)


CHECK = Check(("inline-filters",), _find)
