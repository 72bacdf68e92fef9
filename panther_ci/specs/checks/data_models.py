"""Enabled data models for the same log type, and mappings of one model with the same name."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def find_rivals(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding if another enabled data model has the same log type."""
    if spec.type is not AnalysisType.DATAMODEL or not spec.enabled or not spec.log_types:
        return
    log_type = spec.log_types[0]
    models = map(project.search.outline, project.search.providers(f"log-type:{log_type}"))
    rivals = (each.path for each in models if each and each.enabled and each.path != spec.path)
    if rival := next(rivals, ""):
        where = project.locate(spec.path, ("LogTypes", 0))
        message = f"`{rival}` is also an enabled data model for `{cut(log_type)}`."
        hint = "Disable one of them, or merge them: a log type has one data model."
        yield Finding.of(CheckId.DUPLICATE_DATA_MODEL, message, where, hint)


def find_repeated_mappings(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each mapping whose name an earlier mapping of the model has."""
    seen: set[str] = set()
    for index, mapping in enumerate(spec.mappings):
        if mapping.name in seen:
            where = project.locate(spec.path, ("Mappings", index, "Name"))
            message = f"`{cut(mapping.name)}` is already mapped above, and only this mapping counts."
            yield Finding.of(CheckId.DUPLICATE_MAPPING, message, where, "Keep one of the two.")
        seen.add(mapping.name)
