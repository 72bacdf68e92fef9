"""Methods of a data model that its body doesn't define."""

from collections.abc import Iterator

from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        if spec.type is not AnalysisType.DATAMODEL:
            continue
        body = project.body(spec.body)
        for index, mapping in enumerate(spec.mappings):
            if not mapping.method or (
                body and (body.broken or body.open_ended or mapping.method in body.names)
            ):
                continue
            where = project.locate(spec.path, ("Mappings", index, "Method"))
            if "Filename" not in spec.fields:
                message, hint = "A `Method` needs a body, and there is none.", "Add `Filename:`."
            elif body is None:
                continue
            else:
                message = f"The body `{body.path}` defines no function `{cut(mapping.method)}`."
                hint = f"Add `def {cut(mapping.method)}(event):` to it."
            yield Finding("missing-method", message, where, hint=hint, detection=spec.id)


CHECK = Check(("missing-method",), _find)
