"""Paths of data models that a deployment can't read, or that only a deployment can read."""

from collections.abc import Iterator
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.jsonpath import LONGEST, PathError, UnsupportedPathError, read_path
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut

_METHOD: Final = "write a `Method` that finds the value."


def find_unreadable_paths(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each path that is not JSONPath, or not the part of it that cases can read."""
    for index, mapping in enumerate(spec.mappings):
        problem = judge_path(mapping.path) if mapping.path else None
        if problem:
            check, message, hint = problem
            where = project.locate(spec.path, ("Mappings", index, "Path"))
            yield Finding.of(check, message, where, hint)


def judge_path(path: str) -> tuple[CheckId, str, str] | None:
    """The id, message and hint of what is wrong with a path."""
    if len(path) > LONGEST:
        message = f"The path `{cut(path)}` is longer than {LONGEST} characters."
        return CheckId.INVALID_PATH, message, f"Shorten it, or {_METHOD}"
    try:
        read_path(path)
    except UnsupportedPathError as error:
        message = f"Cases can't read the path `{cut(path)}`: it has {error.feature}."
        return CheckId.UNSUPPORTED_PATH, message, f"Write a plain path, or {_METHOD}"
    except PathError:
        message = f"`{cut(path)}` is not a JSONPath, so a deployment can't read it."
        return CheckId.INVALID_PATH, message, CheckId.INVALID_PATH.help
    return None
