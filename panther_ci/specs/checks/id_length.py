"""Ids that the deployment of 2020 cuts off."""

from collections.abc import Iterator
from typing import Final

from panther_ci.model import Finding, Level
from panther_ci.specs.checks.base import Check, CheckSettings
from panther_ci.specs.project import Project

_LONGEST: Final = 200


def _find(project: Project, _: CheckSettings) -> Iterator[Finding]:
    for spec in project.selected:
        if len(spec.id) > _LONGEST:
            message = (
                f"The id has {len(spec.id)} characters; the deployment of 2020 takes {_LONGEST} at most."
            )
            hint = "Shorten it, unless your deployment is a newer one."
            yield Finding("id-length", message, spec.location, Level.WARNING, hint, spec.id)


CHECK = Check(("id-length",), _find)
