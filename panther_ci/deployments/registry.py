"""The deployments by name; only the chosen one is imported."""

from collections.abc import Mapping
from pathlib import Path

from panther_ci.deployments.base import Deployment, DeploymentOptions
from panther_ci.errors import InputError


def open_deployment(name: str, options: DeploymentOptions, environ: Mapping[str, str]) -> Deployment:
    """The deployment called `lambda` or `local`; nothing is contacted yet.

    Raises `InputError` for another name and for options that make no sense.
    """
    if name == "local":
        from panther_ci.deployments.local.deployment import LocalDeployment

        return LocalDeployment(Path(options.local_path))
    if name == "lambda":
        from panther_ci.deployments.aws.deployment import LambdaDeployment
        from panther_ci.deployments.aws.settings import Settings

        return LambdaDeployment(Settings.read(options, environ))
    raise InputError(f"deployment: {name!r} is unknown.", "Use lambda or local.")
