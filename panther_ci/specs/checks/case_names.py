"""Cases of one spec with the same name, which reports can't distinguish."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_repeated_names(spec: Spec, _: Project, __: CheckSettings) -> Iterator[Finding]:
    """A finding for each case whose name an earlier case has."""
    first: dict[str, int | None] = {}
    for case in spec.cases:
        if case.name in first:
            message = f"The case on line {first[case.name]} has the same name."
            hint = "Give each case of a spec a different name, so that reports can distinguish them."
            yield Finding.of(CheckId.DUPLICATE_CASE, message, case.location, hint)
        else:
            first[case.name] = case.location.line
