"""Scheduled rules and the queries they get their events from, seen from both sides."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def find_unscheduled_queries(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each query of a rule that the repository has, but that no schedule runs."""
    for index, query in enumerate(spec.queries if spec.type.kind.runs_queries else ()):
        found = project.search.provider(f"query:{query}")
        if found and found.type is AnalysisType.SAVED_QUERY:
            message = f"`{cut(query)}` is a saved query, which no schedule runs, so the rule gets no events."
            hint = (
                f"Make `{found.path}` a scheduled_query with `Enabled` and `Schedule`, or name another one."
            )
            where = project.locate(spec.path, ("ScheduledQueries", index))
            yield Finding.of(CheckId.UNSCHEDULED_QUERY, message, where, hint)


def find_unused_query(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding if a query runs on a schedule, and nobody gets its results."""
    is_running = spec.type is AnalysisType.SCHEDULED_QUERY and spec.fields.get("Enabled") is True
    if is_running and not spec.fields.get("EmailConfig") and not project.search.requirers(f"query:{spec.id}"):
        message = f"No scheduled rule of the repository uses the query `{cut(spec.id)}`."
        hint = "Name it in `ScheduledQueries` of a rule, unless a rule of the deployment does."
        yield Finding.of(CheckId.UNUSED_QUERY, message, spec.location, hint)
