"""Cases of one spec that bear the same name, so that no report can tell them apart."""

from collections.abc import Iterator

from panther_ci.model import Finding, Level
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        first: dict[str, int | None] = {}
        for case in spec.cases:
            if case.name in first:
                message = f"The case on line {first[case.name]} has this name already."
                hint = "Give each case of a spec a name of its own, so that reports can tell them apart."
                yield Finding("duplicate-case", message, case.location, Level.WARNING, hint, spec.id)
            else:
                first[case.name] = case.location.line


CHECK = Check(("duplicate-case",), _find)
