"""The deployments by name; only the chosen one is imported."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from panther_ci.deployments.base import Deployment, DeploymentOptions, Progress
from panther_ci.errors import InputError

if TYPE_CHECKING:
    from panther_ci.deployments.api.deployment import ApiDeployment


def open_deployment(
    name: str, options: DeploymentOptions, environ: Mapping[str, str], progress: Progress
) -> Deployment:
    """The deployment called `api`, `lambda` or `local`; nothing is contacted yet.

    Raises `InputError` for another name and for options that make no sense.
    """
    if name == "api":
        return open_api(options, environ, progress)
    if name == "local":
        from panther_ci.deployments.local.deployment import LocalDeployment

        return LocalDeployment(Path(options.local_path))
    if name == "lambda":
        from panther_ci.deployments.aws.deployment import LambdaDeployment
        from panther_ci.deployments.aws.settings import Settings

        return LambdaDeployment(Settings.read(options, environ))
    raise InputError(f"deployment: {name!r} is unknown.", "Use api, lambda or local.")


def open_api(options: DeploymentOptions, environ: Mapping[str, str], progress: Progress) -> "ApiDeployment":
    """Panther's public API; nothing is contacted yet.

    Raises `InputError` for a host or a token that can't be one.
    """
    from panther_ci.deployments.api.deployment import ApiDeployment
    from panther_ci.deployments.api.settings import Settings

    return ApiDeployment(Settings.read(options, environ), progress)
