"""Detections with fewer cases than asked for, or with cases that show one verdict only."""

from collections.abc import Iterator

from panther_ci.model import Finding
from panther_ci.specs.assembly import resolve
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project


def _find(project: Project, settings: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        if not settings.minimum_tests or not spec.type.judged or spec.path in project.skipped:
            continue
        cases = resolve(project, spec).cases
        shown = {case.expected for case in cases}
        where = project.locate_key(spec.path, "Tests") if "Tests" in spec.fields else spec.location
        if len(cases) < settings.minimum_tests:
            message = f"Cases: {len(cases)}; at least {settings.minimum_tests} are asked for."
            yield Finding("minimum-tests", message, where, hint="Add cases.", detection=spec.id)
        elif settings.minimum_tests > 1 and len(shown) == 1:
            present, absent = ("true", "false") if True in shown else ("false", "true")
            message = f"Every case expects {present}."
            hint = f"Add a case with `ExpectedResult: {absent}`."
            yield Finding("minimum-tests", message, where, hint=hint, detection=spec.id)


CHECK = Check(("minimum-tests",), _find)
