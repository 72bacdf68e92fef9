"""Files that look like bodies, and that no spec names: nobody runs or deploys them."""

import re
from collections.abc import Iterator

from panther_ci.model import Finding, Level, Location
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.recognition import SPEC_SUFFIXES

_MATCHER = re.compile(rb"^(?:async[ \t]+)?def[ \t]+(rule|policy)[ \t]*\(", re.MULTILINE)


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    named = {outline.body for outline in project.outlines.values()}
    for path in sorted(project.chosen):
        if not path.endswith(".py") or path in named:
            continue
        data = project.files[path]
        match = _MATCHER.search(data)
        if match and not _has_broken_spec(project, path):
            where = Location(path, data.count(b"\n", 0, match.start()) + 1, 1)
            message = f"This file defines `{match[1].decode()}`, but no spec names it."
            hint = "Name it in the `Filename` of a spec, or delete it."
            yield Finding("unused-body", message, where, Level.WARNING, hint)


def _has_broken_spec(project: Project, path: str) -> bool:
    """Whether the spec beside a body can't be read, which has been reported and may be all that is wrong."""
    names = [path.removesuffix(".py") + suffix for suffix in SPEC_SUFFIXES]
    return any(name in project.files and name not in project.specs for name in names)


CHECK = Check(("unused-body",), _find)
