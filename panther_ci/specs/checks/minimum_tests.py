"""Detections with fewer cases than asked for, or with cases that show only one verdict."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Spec
from panther_ci.specs.assembly import resolve
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_too_few(spec: Spec, project: Project, settings: CheckSettings) -> Iterator[Finding]:
    """A finding if a detection whose cases can run has too few of them, or of one of the two kinds."""
    if not settings.minimum_tests or not spec.type.judged or spec.path in project.skipped:
        return
    if problem := _judge(project, spec, settings.minimum_tests):
        message, hint = problem
        where = project.locate_key(spec.path, "Tests") if "Tests" in spec.fields else spec.location
        yield Finding.of(CheckId.MINIMUM_TESTS, message, where, hint)


def _judge(project: Project, spec: Spec, minimum: int) -> tuple[str, str] | None:
    """The message and hint of what is wrong with the cases."""
    cases = resolve(project, spec).cases
    expected = {case.expected for case in cases}
    if len(cases) < minimum:
        return f"Cases: {len(cases)}; at least {minimum} are required.", "Add cases."
    if minimum > 1 and len(expected) == 1:
        present, absent = ("true", "false") if True in expected else ("false", "true")
        return f"Every case expects {present}.", f"Add a case with `ExpectedResult: {absent}`."
    return None
