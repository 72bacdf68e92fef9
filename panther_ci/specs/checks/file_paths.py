"""Specs and bodies in places that no archive can hold, or that a deployment passes over."""

from collections.abc import Iterator

from panther_ci.kinds import Body
from panther_ci.model import Finding, Location
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        body = spec.body if spec.type.kind.body is not Body.NONE else None
        for path in filter(project.files.__contains__, (spec.path, body or "")):
            if problem := _judge(path):
                message, hint = problem
                yield Finding("file-path", message, Location(path), hint=hint, detection=spec.id)


def _judge(path: str) -> tuple[str, str] | None:
    """The message and hint of what is wrong with a path."""
    if "__pycache__" in path:
        return "A deployment passes over paths that contain `__pycache__`.", "Rename the file or its folder."
    if "\\" in path:
        return "An archive can't hold a path with a backslash.", "Rename the file or its folder."
    return None


CHECK = Check(("file-path",), _find)
