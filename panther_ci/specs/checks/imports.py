"""Modules that a body imports and that are neither globals nor installed."""

import posixpath
import sys
from collections.abc import Iterator

from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Level
from panther_ci.specs.bodies import Import
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def _find(project: Project, settings: CheckSettings) -> Iterator[Finding]:
    globals_ = {
        name
        for outline in project.outlines.values()
        if outline.type is AnalysisType.GLOBAL
        for name in outline.ids
    }
    known = settings.modules | sys.stdlib_module_names | globals_ | {"__future__"}
    for spec in project.selected:
        body = project.body(spec.body)
        for each in body.imports if body else ():
            if each.module not in known and each.location.line is not None:
                level = Level.ERROR if each.certain else Level.WARNING
                message = f"The module `{cut(each.module)}` is not installed, and no global has that name."
                hint = _advise(project, each)
                yield Finding("missing-module", message, each.location, level, hint, spec.id)


def _advise(project: Project, each: Import) -> str:
    body = next((path for path in project.files if posixpath.basename(path) == f"{each.module}.py"), "")
    if body:
        return f"Add a global with `GlobalID: {cut(each.module)}` for `{body}`."
    hint = "Name the package that holds it in the pip file of the input `requirements`"
    return f"{hint}, or add a global `{cut(each.module)}`."


CHECK = Check(("missing-module",), _find)
