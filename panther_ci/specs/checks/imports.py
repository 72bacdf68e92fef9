"""Modules that a body imports and that are neither globals nor installed."""

import sys
from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.packages import OFFERED_MODULES
from panther_ci.deployment_rules.runtime import EVENT_LIBRARIES
from panther_ci.deployment_rules.uploads import body_name
from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.bodies import Import
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def find_missing_modules(spec: Spec, project: Project, settings: CheckSettings) -> Iterator[Finding]:
    """A finding for each such import; a warning where it may never happen, or may be allowed to fail."""
    body = project.body(spec.body)
    known = settings.modules | sys.stdlib_module_names | EVENT_LIBRARIES
    for each in body.imports if body else ():
        if each.module in known or each.location.line is None:
            continue
        if project.search.providers(f"module:{each.module}"):
            continue
        message = f"The module `{cut(each.module)}` is not installed, and no global has that name."
        finding = Finding.of(CheckId.MISSING_MODULE, message, each.location, _advise(project, each))
        yield finding if each.certain else finding._replace(level=Level.WARNING)


def _advise(project: Project, each: Import) -> str:
    body = next((path for path in project.files if body_name(path) == f"{each.module}.py"), "")
    if body:
        return f"Add a global with `GlobalID: {cut(each.module)}` for `{body}`."
    hint = "Name its package in the file that the input `requirements` names"
    if each.module in OFFERED_MODULES:
        return f"A deployment offers it: install `panther-ci[bodies]`. {hint} for another version."
    return f"{hint}, or add a global `{cut(each.module)}`."
