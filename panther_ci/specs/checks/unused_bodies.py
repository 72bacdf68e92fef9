"""Files that look like bodies, and that no spec names: nobody runs or deploys them."""

import re
from collections.abc import Iterator

from ...model import Finding, Level, Location
from ..project import Project
from .family import Check, CheckSettings

_MATCHER = re.compile(rb"^(?:async[ \t]+)?def[ \t]+(rule|policy)[ \t]*\(", re.MULTILINE)


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    named = {outline.body for outline in project.outlines.values()}
    for path in sorted(project.chosen):
        if not path.endswith(".py") or path in named:
            continue
        data = project.files[path]
        match = _MATCHER.search(data)
        if match:
            where = Location(path, data.count(b"\n", 0, match.start()) + 1, 1)
            message = f"This file defines `{match[1].decode()}`, but no spec names it."
            hint = "Name it in the `Filename` of a spec, or delete it."
            yield Finding("unused-body", message, where, Level.WARNING, hint)


CHECK = Check(("unused-body",), _find)
