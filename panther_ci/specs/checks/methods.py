"""Methods of a data model that its body does not define."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def find_missing_methods(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each such method; none where the body is missing, which another check reports."""
    for index, mapping in enumerate(spec.mappings):
        problem = _judge(spec, project, mapping.method) if mapping.method else None
        if problem:
            message, hint = problem
            where = project.locate(spec.path, ("Mappings", index, "Method"))
            yield Finding.of(CheckId.MISSING_METHOD, message, where, hint)


def _judge(spec: Spec, project: Project, method: str) -> tuple[str, str] | None:
    """The message and hint of what is wrong with a method."""
    if "Filename" not in spec.fields:
        return "A `Method` needs a body, and there is none.", "Add `Filename:`."
    body = project.body(spec.body)
    if body is None or body.broken or body.open_ended or method in body.names:
        return None
    name = cut(method)
    message = f"The body `{body.path}` does not define the function `{name}`."
    return message, f"Add `def {name}(event):` to it."
