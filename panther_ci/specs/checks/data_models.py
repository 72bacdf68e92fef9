"""Enabled data models that compete for one log type."""

from collections.abc import Iterator

from panther_ci.model import AnalysisType, Finding
from panther_ci.specs.checks.family import Check, CheckSettings
from panther_ci.specs.drafts import cut
from panther_ci.specs.project import Project


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    models = [
        each for each in project.outlines.values() if each.kind is AnalysisType.DATAMODEL and each.enabled
    ]
    for spec in project.selected:
        if spec.type is not AnalysisType.DATAMODEL or not spec.enabled or not spec.log_types:
            continue
        log_type = spec.log_types[0]
        rivals = [each.path for each in models if log_type in each.log_types and each.path != spec.path]
        if rivals:
            where = project.locate(spec.path, ("LogTypes", 0))
            message = f"`{rivals[0]}` is an enabled data model for `{cut(log_type)}` too."
            hint = "Disable or merge one of them: a log type has one data model."
            yield Finding("duplicate-data-model", message, where, hint=hint, detection=spec.id)


CHECK = Check(("duplicate-data-model",), _find)
