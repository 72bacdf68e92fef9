"""Ids that Panther 1.x refuses because of their length."""

from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.uploads import LONGEST_LEGACY_ID
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project


def find_long_id(spec: Spec, _: Project, __: CheckSettings) -> Iterator[Finding]:
    """A finding if the id is too long for Panther 1.x."""
    if len(spec.id) > LONGEST_LEGACY_ID:
        message = f"The id has {len(spec.id)} characters; Panther 1.x accepts at most {LONGEST_LEGACY_ID}."
        hint = "Shorten it, unless you deploy to a newer version."
        yield Finding.of(CheckId.ID_LENGTH, message, spec.location, hint)
