"""Paths of data models that a deployment can't read, or that only a deployment can read."""

from collections.abc import Iterator
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.jsonpath import LONGEST, PathError, UnsupportedPathError, read_path
from panther_ci.deployment_rules.runtime import JSONPATH
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut

_METHOD: Final = "write a `Method` that finds the value."


def find_unreadable_paths(spec: Spec, project: Project, settings: CheckSettings) -> Iterator[Finding]:
    """A finding for each path that is not JSONPath, or not the part of it that cases can read.

    They can read all of it where jsonpath-ng is installed.
    """
    for index, mapping in enumerate(spec.mappings):
        problem = judge_path(mapping.path) if mapping.path else None
        if problem and not (problem[0] is CheckId.UNSUPPORTED_PATH and JSONPATH in settings.modules):
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
        hint = f"Install `panther-ci[bodies]`, write a plain path, or {_METHOD}"
        return CheckId.UNSUPPORTED_PATH, message, hint
    except PathError:
        message = f"`{cut(path)}` is not a JSONPath, so a deployment can't read it."
        return CheckId.INVALID_PATH, message, CheckId.INVALID_PATH.help
    return None
