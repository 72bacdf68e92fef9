"""Makes our classes of events importable by bodies under the names that they have in a deployment."""

import sys
from types import ModuleType

from panther_ci.deployment_rules.runtime import FORMER_CORE, PANTHER_CORE
from panther_ci.running.confined.engine import panther_core
from panther_ci.running.confined.engine.panther_core import (
    data_model,
    enriched_event,
    exceptions,
    immutable,
)


def offer_panther_core() -> None:
    """Registers the modules, so that no installed package of that name is imported instead."""
    for module in (panther_core, data_model, enriched_event, exceptions, immutable):
        name = module.__name__.removeprefix(panther_core.__name__)
        sys.modules[f"{PANTHER_CORE}{name}"] = module
    _offer_former_names()


def _offer_former_names() -> None:
    former = sys.modules[FORMER_CORE] = ModuleType(FORMER_CORE)
    former.__path__ = []
    for name, module in (("enriched_event", enriched_event), ("immutable", immutable)):
        setattr(former, name, module)
        sys.modules[f"{FORMER_CORE}.{name}"] = module
