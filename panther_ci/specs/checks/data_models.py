"""Enabled data models that compete for one log type, and mappings of one model that compete for a name."""

from collections.abc import Iterator

from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    models = [
        each for each in project.outlines.values() if each.type is AnalysisType.DATAMODEL and each.enabled
    ]
    for spec in project.selected:
        if spec.type is not AnalysisType.DATAMODEL:
            continue
        yield from _find_repeated(project, spec)
        if not spec.enabled or not spec.log_types:
            continue
        log_type = spec.log_types[0]
        rivals = [each.path for each in models if log_type in each.log_types and each.path != spec.path]
        if rivals:
            where = project.locate(spec.path, ("LogTypes", 0))
            message = f"`{rivals[0]}` is an enabled data model for `{cut(log_type)}` too."
            hint = "Disable or merge one of them: a log type has one data model."
            yield Finding("duplicate-data-model", message, where, hint=hint, detection=spec.id)


def _find_repeated(project: Project, spec: Spec) -> Iterator[Finding]:
    """Mappings whose name stands before in the same model."""
    seen: set[str] = set()
    for index, mapping in enumerate(spec.mappings):
        if mapping.name in seen:
            where = project.locate(spec.path, ("Mappings", index, "Name"))
            message = f"`{cut(mapping.name)}` is mapped before already; of the two, this mapping counts."
            hint = "Keep one of them."
            yield Finding("duplicate-mapping", message, where, Level.WARNING, hint, spec.id)
        seen.add(mapping.name)


CHECK = Check(("duplicate-data-model", "duplicate-mapping"), _find)
