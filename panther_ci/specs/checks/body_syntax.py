"""Bodies that Python can't parse."""

from collections.abc import Iterator

from panther_ci.model import Finding, Location
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        body = project.body(spec.body)
        if body and body.broken:
            message, place = f"Python can't read this: {body.broken}.", body.broken_at or Location(body.path)
            yield Finding("body-syntax", message, place, hint=body.remedy, detection=spec.id)


CHECK = Check(("body-syntax",), _find)
