"""Globals that hide a module of Python or of an installed package."""

import sys
from collections.abc import Iterator

from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def _find(project: Project, settings: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        if spec.type is not AnalysisType.GLOBAL:
            continue
        standard = spec.id in sys.stdlib_module_names
        if standard or spec.id in settings.modules:
            whose = "Python itself has" if standard else "an installed package has"
            message = f"The global `{cut(spec.id)}` hides the module of that name that {whose}."
            hint = "Give it a `GlobalID` of its own, and import it by that."
            yield Finding("global-shadows-module", message, spec.location, hint=hint, detection=spec.id)


CHECK = Check(("global-shadows-module",), _find)
