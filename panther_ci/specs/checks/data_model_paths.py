"""Paths of data models that a deployment can't read, or that it may read and cases can't."""

import re
from collections.abc import Iterator
from typing import Final

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut

# What the patterns take grows with the square of a path, so that a hostile one could hold up the run.
_LONGEST: Final = 1000
_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
# All below is looked for once the quoted names are empty ones, so that none of it is part of a name.
_UNSUPPORTED: Final = (
    (re.compile(r"\.\."), "`..`, which searches at any depth"),
    (re.compile(r"\[[^\]?]*:[^\]]*\]"), "a slice"),
    (re.compile(r"\[[^\]?]*,[^\]]*\]"), "a list of fields or indexes"),
    (re.compile(r"\[\s*\?[^\]]*(?:[<>~&|])"), "a filter by anything but `==` or `!=`"),
    (re.compile(r"\[\s*@?[A-Za-z_]"), "a name in brackets without quotes"),
)
_OPERATOR: Final = re.compile(r"[|&`(),+*/-]|\.\s*\$")
# What a deployment's JSONPath library (jsonpath-ng, by trial) takes for a name, and for the whole path.
_FIELD: Final = r"(?:@?[A-Za-z_][A-Za-z0-9_@-]*|@|''|\*)"
_INDEX: Final = r"\[\s*(?:-?\d+|\*|'')\s*\]"
_FILTER: Final = r"\[\s*\?[^\[\]]*\]"
_PATH: Final = re.compile(
    rf"\s*(?:\$|{_FIELD}|{_INDEX})(?:\s*\.\s*{_FIELD}|\s*\.?\s*{_INDEX}|\s*{_FILTER})*\s*"
)


def find_unreadable_paths(spec: Spec, project: Project, _: CheckSettings) -> Iterator[Finding]:
    """A finding for each path that is no JSONPath, or one that cases can't read."""
    for index, mapping in enumerate(spec.mappings):
        problem = _judge(mapping.path) if mapping.path else None
        if problem:
            check, message, hint = problem
            where = project.locate(spec.path, ("Mappings", index, "Path"))
            yield Finding.of(check, message, where, hint)


def _judge(path: str) -> tuple[CheckId, str, str] | None:
    """The id, message and hint of what is wrong with a path."""
    if len(path) > _LONGEST:
        message = f"The path `{cut(path)}` is longer than {_LONGEST} characters."
        return CheckId.INVALID_PATH, message, "Shorten it, or write a `Method` that finds the value."
    bare = _QUOTED.sub("''", path)
    feature = next((words for pattern, words in _UNSUPPORTED if pattern.search(bare)), "")
    if not feature and _PATH.fullmatch(bare):
        return None
    if feature or _OPERATOR.search(bare):
        message = f"Cases can't read the path `{cut(path)}`: it has {feature or 'an operator'}."
        hint = "Write a plain path, or a `Method` that finds the value."
        return CheckId.UNSUPPORTED_PATH, message, hint
    message = f"`{cut(path)}` is not a JSONPath, so a deployment can't read it."
    hint = (
        "Join names by dots, and put names with other characters than letters, digits, - and _ into quotes."
    )
    return CheckId.INVALID_PATH, message, hint
