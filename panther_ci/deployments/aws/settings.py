"""What an upload to Lambda needs to know, from the inputs and the environment the root hands over."""

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from panther_ci.deployments.aws.oidc_token import TokenRequest
from panther_ci.deployments.base import DeploymentOptions, Wire
from panther_ci.errors import InputError


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach the function and as whom.

    `region` is empty where only a profile of boto3's own files may know it. `has_keys` says that the
    environment holds AWS keys; `profile` is the one boto3 takes. Both choose the way and word errors.
    """

    function_name: str
    wire: Wire
    user_id: str
    region: str = ""
    role_to_assume: str = ""
    session_name: str = "panther-ci"
    token_request: TokenRequest | None = None
    has_keys: bool = False
    profile: str = ""
    on_github: bool = False

    @classmethod
    def read(cls, options: DeploymentOptions, environ: Mapping[str, str]) -> "Settings":
        """Settings of a run; raises `InputError` for an option that no deployment would take."""
        # boto3 reads AWS_DEFAULT_REGION only, while configure-aws-credentials sets both.
        region = options.aws_region or environ.get("AWS_REGION", "") or environ.get("AWS_DEFAULT_REGION", "")
        _check(options, region)
        run = re.sub(r"[^0-9]", "", environ.get("GITHUB_RUN_ID", ""))[:32]
        return cls(
            function_name=options.function_name,
            wire=options.wire,
            user_id=options.user_id,
            region=region,
            role_to_assume=options.role_to_assume,
            session_name=f"panther-ci-{run}" if run else "panther-ci",
            token_request=TokenRequest.read(environ),
            has_keys=bool(environ.get("AWS_ACCESS_KEY_ID")),
            profile=environ.get("AWS_DEFAULT_PROFILE", "") or environ.get("AWS_PROFILE", ""),
            on_github=environ.get("GITHUB_ACTIONS") == "true",
        )

    @property
    def target(self) -> str:
        """What to call this deployment."""
        place = f" in {self.region}" if self.region else ""
        return f"Lambda function {self.function_name}{place}"


def _check(options: DeploymentOptions, region: str) -> None:
    if not re.fullmatch(r"[a-zA-Z0-9:_$-]{1,170}", options.function_name):
        raise InputError(
            f"function-name: {options.function_name!r} is not the name or the ARN of a Lambda function.",
            "Use the name of the deployment's function, such as panther-analysis-api.",
        )
    if not re.fullmatch(r"[a-z0-9-]*", region):
        raise InputError(f"aws-region: {region!r} is not a region.", "Use a region such as us-east-1.")
    if options.role_to_assume and not re.fullmatch(r"arn:[\w+=,.@:/-]{10,2000}", options.role_to_assume):
        raise InputError(
            f"role-to-assume: {options.role_to_assume!r} is not the ARN of a role.",
            "Use an ARN such as arn:aws:iam::123456789012:role/deploy-detections.",
        )
    try:
        uuid.UUID(options.user_id)
    except ValueError:
        hint = "Use the UUID of the deployment's user that uploads, or leave the input out."
        raise InputError(f"user-id: {options.user_id!r} is not a UUID.", hint) from None
