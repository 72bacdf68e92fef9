"""Modules that a body imports and that are neither globals nor installed."""

import sys
from collections.abc import Iterable, Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.packages import OFFERED_MODULES
from panther_ci.deployment_rules.runtime import EVENT_LIBRARIES
from panther_ci.model import Finding, Level, Spec
from panther_ci.specs.bodies import Body, Import
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.checks.body_files import BodyFiles
from panther_ci.specs.checks.hints import Hints
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import MOST_PROBLEMS, cut

_LOST = "This change takes the global away: keep it, or change what imports it."


def find_missing_modules(project: Project, settings: CheckSettings) -> Iterator[Finding]:
    """A finding for each such import; a warning where it may never happen, or may be allowed to fail."""
    known = settings.modules | sys.stdlib_module_names | EVENT_LIBRARIES
    bodies = BodyFiles(project, Hints())
    found: dict[str, tuple[Finding, ...]] = {}
    for spec in project.selected:
        body = project.body(spec.body)
        if body is None:
            continue
        if body.path not in found:
            found[body.path] = tuple(_judge(body, bodies, known, settings))
            yield from _attribute(found[body.path], spec)
        else:  # thousands of specs may name one body with thousands of imports
            yield from _attribute(found[body.path][:MOST_PROBLEMS], spec)


def _attribute(findings: Iterable[Finding], spec: Spec) -> Iterator[Finding]:
    return (finding._replace(detection=spec.id) for finding in findings)


def _judge(
    body: Body, bodies: BodyFiles, known: frozenset[str], settings: CheckSettings
) -> Iterator[Finding]:
    """The findings on one body, errors first."""
    search = bodies.project.search
    for each in sorted(body.imports, key=lambda each: not each.certain):
        if each.module in known or each.location.line is None or search.providers(f"module:{each.module}"):
            continue
        message = f"The module `{cut(each.module)}` is not installed, and no global has that name."
        is_lost = f"module:{each.module}" in settings.before
        hint = _LOST if is_lost else _advise(bodies, each)
        finding = Finding.of(CheckId.MISSING_MODULE, message, each.location, hint)
        yield finding if each.certain else finding._replace(level=Level.WARNING)


def _advise(bodies: BodyFiles, each: Import) -> str:
    if body := bodies.first.get(f"{each.module}.py"):
        return f"Add a global with `GlobalID: {cut(each.module)}` for `{body}`."
    hint = "Name its package in the file that the input `requirements` names"
    if each.module in OFFERED_MODULES:
        return f"A deployment offers it: install `panther-ci[bodies]`. {hint} for another version."
    return f"{hint}, or add a global `{cut(each.module)}`."
