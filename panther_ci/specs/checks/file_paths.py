"""Specs and bodies with paths that no archive can contain, or that a deployment ignores."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import is_ignored
from panther_ci.kinds import Body
from panther_ci.model import Finding, Location, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_wrong_paths(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for the spec and for its body, if they can't be deployed from where they are."""
    body = spec.body if spec.type.kind.body is not Body.NONE else None
    for path in filter(project.files.__contains__, (spec.path, body or "")):
        if problem := _judge(path):
            yield Finding.of(CheckId.FILE_PATH, problem, Location(path), "Rename the file or its folder.")


def _judge(path: str) -> str:
    """What is wrong with a path; empty if nothing is."""
    if is_ignored(path):
        return "A deployment ignores paths that contain `__pycache__`."
    return "An archive can't contain a path with a backslash." if "\\" in path else ""
