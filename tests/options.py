"""Options of deployments and events as the defaults of the inputs make them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from panther_ci.action import event_options
from panther_ci.delivery import deployment_options
from panther_ci.deployments.base import DeploymentOptions, Receipt
from panther_ci.github.context import EventOptions
from panther_ci.inputs import Inputs


class Silence:
    """Progress that nobody is told of."""

    def received(self, receipt: Receipt) -> None:
        pass

    def waits(self, reason: str, seconds: float) -> None:
        pass


def make_deployment_options(**options: Any) -> DeploymentOptions:
    """The defaults but for these."""
    return replace(deployment_options(Inputs(), Path()), **options)


def make_event_options(**options: Any) -> EventOptions:
    """The defaults but for these."""
    return replace(event_options(Inputs()), **options)
