"""Filters of a rule that have no effect on its cases, since only a deployment evaluates them."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Json, Spec
from panther_ci.specs.assembly import resolve
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_filters(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding if a detection has filters, or takes them over from its base."""
    filters = resolve(project, spec).fields.get("InlineFilters") if spec.type.judged else None
    if filters and not _filters_nothing(filters):
        own = spec.fields.get("InlineFilters")
        where = project.locate_key(spec.path, "InlineFilters") if own else spec.location
        message = "`InlineFilters` have no effect on cases: only a deployment evaluates them."
        hint = "A case shows what the body returns for an event that passes the filters."
        yield Finding.of(CheckId.INLINE_FILTERS, message, where, hint)


def _filters_nothing(filters: Json) -> bool:
    """Whether no filter has a condition, as in `[{All: []}]`."""
    return isinstance(filters, list) and all(each == {"All": []} for each in filters)
