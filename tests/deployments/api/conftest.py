"""A stand-in of the public API on loopback, and the client under test."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from panther_ci.deployments.api.deployment import ApiDeployment
from panther_ci.deployments.api.patience import Patience
from panther_ci.deployments.api.settings import Settings
from panther_ci.deployments.base import Receipt
from tests.options import make_deployment_options
from tools.api_standin.server import StandIn


@dataclass
class Told:
    """What was told during an upload, and how many requests had come by then."""

    standin: Any
    receipts: list[Receipt] = field(default_factory=list)
    waits_for: list[str] = field(default_factory=list)
    polls_before: list[int] = field(default_factory=list)

    def received(self, receipt: Receipt) -> None:
        self.receipts.append(receipt)
        self.polls_before.append(operations(self.standin).count("status"))

    def waits(self, reason: str, seconds: float) -> None:
        self.waits_for.append(reason)


# Long enough for any other answer on a busy machine.
UNTIL_SILENCE_SECONDS = 3.0


def patience_for(fault: str) -> float:
    """How many seconds to wait for an answer: only of silence is known that waiting is of no use."""
    return UNTIL_SILENCE_SECONDS if ":hang:" in fault else 60.0


def operations(standin: Any) -> list[str]:
    """The operations of all requests, in order."""
    return [call.operation for call in standin.state.calls]


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as serving:
        yield serving


@pytest.fixture
def told(standin: StandIn) -> Told:
    return Told(standin)


@pytest.fixture
def panther(standin: StandIn, told: Told, clock: Any) -> Callable[..., ApiDeployment]:
    """The client under test, with a clock that passes by sleeping only."""

    def build(request_seconds: float = 60, **options: Any) -> ApiDeployment:
        given = {"api_host": standin.url, "api_token": standin.state.key} | options
        patience = Patience(
            request_seconds, clock=lambda: clock.now, sleep=clock.sleep, chance=lambda: 1.0, now=lambda: 0.0
        )
        return ApiDeployment(Settings.read(make_deployment_options(**given), {}), told, patience)

    return build
