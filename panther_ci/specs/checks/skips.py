"""Detections whose cases can't be run here, where that is asked to be an error."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_skipped(spec: Spec, project: Project, settings: CheckSettings) -> Iterator[Finding]:
    """A finding with the reason why the cases of a spec are skipped; those of disabled ones could be run."""
    reason = project.skipped.get(spec.path)
    if settings.strict_skips and reason:
        hint = "Give the detection what it needs in this repository, or leave `strict-skips` out."
        yield Finding(CheckId.SKIPPED_CASES, "", spec.location, hint=hint, reason=reason)
