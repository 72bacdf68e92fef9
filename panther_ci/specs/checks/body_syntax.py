"""Bodies that Python can't parse."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Location, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_broken_body(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding if the body can't be parsed."""
    body = project.body(spec.body)
    if body and body.broken:
        message, place = f"Python can't read this: {body.broken}.", body.broken_at or Location(body.path)
        yield Finding.of(CheckId.BODY_SYNTAX, message, place, body.remedy)
