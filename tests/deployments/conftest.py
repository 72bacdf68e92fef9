"""A stand-in deployment on loopback, and an environment that knows nothing but it."""

import importlib.util
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import create_loader

from panther_ci.deployments.aws.deployment import LambdaDeployment
from panther_ci.deployments.aws.retries import Patience
from panther_ci.deployments.aws.settings import Settings
from panther_ci.kinds import AnalysisType
from panther_ci.model import Archive, PackItem
from panther_ci.packaging.archive import build_archives
from panther_ci.web import RetryPolicy
from tests.options import make_deployment_options


def load_stand_in() -> Any:
    spec = importlib.util.spec_from_file_location("standin", Path(__file__).with_name("standin.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session", autouse=True)
def descriptions() -> Iterator[None]:
    """What botocore knows of AWS's services is read once, not for each client."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", cache(create_loader))
        yield


@pytest.fixture
def deployment() -> Iterator[Any]:
    with load_stand_in().StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def aws(deployment: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """An environment with keys and a region, whose AWS is the stand-in."""
    for name in os.environ:
        if name.startswith(("AWS_", "GITHUB_", "ACTIONS_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", deployment.url)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLEEXAMPLE00")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    return monkeypatch


class Clock:
    """Time that passes by sleeping only."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, answer_seconds: float) -> Patience:
        retries = RetryPolicy(clock=lambda: self.now, sleep=self.sleep, chance=lambda: 1.0)
        return Patience(answer_seconds, connect_seconds=2, now=lambda: 0.0, retries=retries)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def panther(clock: Clock) -> Callable[..., LambdaDeployment]:
    """The client under test, with the settings of this environment."""

    def build(answer_seconds: float = 5, **options: Any) -> LambdaDeployment:
        settings = Settings.read(make_deployment_options(**options), os.environ)
        return LambdaDeployment(settings, clock.patience(answer_seconds))

    return build


def rule_item(
    identifier: str = "Aws.Root.Login", body: str = "def rule(event):\n    return True\n"
) -> PackItem:
    name = identifier.lower().replace(".", "_")
    spec = f"AnalysisType: rule\nRuleID: {identifier}\nFilename: {name}.py\nEnabled: true\nSeverity: High\n"
    files = ((f"rules/{name}.yml", spec.encode()), (f"rules/{name}.py", body.encode()))
    return PackItem(f"rules/{name}.yml", identifier, AnalysisType.RULE, files)


@pytest.fixture
def make_rule() -> Callable[..., PackItem]:
    return rule_item


@pytest.fixture
def archives() -> tuple[Archive, ...]:
    return build_archives([rule_item()])
