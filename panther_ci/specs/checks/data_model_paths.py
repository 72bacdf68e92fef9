"""Paths of data models that a deployment may read and cases can't: the rarer parts of JSONPath."""

import re
from collections.abc import Iterator
from typing import Final

from panther_ci.model import AnalysisType, Finding, Level
from panther_ci.specs.checks.family import Check, CheckSettings
from panther_ci.specs.drafts import cut
from panther_ci.specs.project import Project

_QUOTED: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
# What is looked for once the quoted names are gone, so that none of it is part of a name.
_UNSUPPORTED: Final = (
    (re.compile(r"\.\."), "`..`, which searches at any depth"),
    (re.compile(r"\[[^\]?]*:[^\]]*\]"), "a slice"),
    (re.compile(r"\[[^\]?]*,[^\]]*\]"), "a list of fields or indexes"),
    (re.compile(r"\[\s*\?[^\]]*(?:[<>~&|])"), "a filter by anything but `==` or `!=`"),
)


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        if spec.type is not AnalysisType.DATAMODEL:
            continue
        for index, mapping in enumerate(spec.mappings):
            bare = _QUOTED.sub("''", mapping.path)
            feature = next((words for pattern, words in _UNSUPPORTED if pattern.search(bare)), "")
            if feature:
                where = project.locate(spec.path, ("Mappings", index, "Path"))
                message = f"Cases can't read the path `{cut(mapping.path)}`: it has {feature}."
                hint = "Write a plain path, or a `Method` that finds the value."
                yield Finding("unsupported-path", message, where, Level.WARNING, hint, spec.id)


CHECK = Check(("unsupported-path",), _find)
