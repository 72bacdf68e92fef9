"""Globals that hide a module of Python or of an installed package."""

import sys
from collections.abc import Iterator

from panther_ci.catalogue import CheckId
from panther_ci.deployment_rules.runtime import PANTHER_CORE
from panther_ci.kinds import AnalysisType
from panther_ci.model import Finding, Spec
from panther_ci.specs.checks.base import CheckSettings
from panther_ci.specs.project import Project
from panther_ci.specs.reading.document import cut


def find_shadows(spec: Spec, _: Project, settings: CheckSettings) -> Iterator[Finding]:
    """A finding if a global has the name of a module that bodies could import otherwise."""
    owner = _find_owner(spec.id, settings) if spec.type is AnalysisType.GLOBAL else ""
    if owner:
        message = f"The global `{cut(spec.id)}` hides the module with this name that {owner} has."
        hint = "Give it another `GlobalID`, and import it by that."
        yield Finding.of(CheckId.GLOBAL_SHADOWS_MODULE, message, spec.location, hint)


def _find_owner(name: str, settings: CheckSettings) -> str:
    """What else has a module of that name; empty for nothing."""
    if name in sys.stdlib_module_names:
        return "Python"
    if name == PANTHER_CORE:
        return "the runtime of a deployment"
    return "an installed package" if name in settings.modules else ""
