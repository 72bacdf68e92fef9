"""The credentials of an upload: boto3's own, or a role's, which those or the job's OIDC token assume."""

from typing import Any

from panther_ci.deployments.aws.failures import explain_identity, list_failures
from panther_ci.deployments.aws.oidc_token import TokenRequest, fetch_token
from panther_ci.deployments.aws.retries import Patience
from panther_ci.deployments.aws.settings import Settings
from panther_ci.errors import DeploymentError

_STS_SECONDS = 30.0


def open_client(settings: Settings, patience: Patience) -> Any:
    """A Lambda client that has credentials and sends each request once.

    Raises `DeploymentError` for anything that is wrong with the credentials, before anything is uploaded.
    """
    failures: tuple[type[Exception], ...] = (*list_failures(), OSError, ValueError)
    try:
        session = _open_session(settings, patience)
        return session.client("lambda", config=_write_config(patience, patience.answer_seconds))
    except failures as error:
        raise explain_identity(error, settings) from error


def _open_session(settings: Settings, patience: Patience) -> Any:
    import boto3

    if settings.role_to_assume and settings.token_request and not settings.has_keys:
        return _assume_by_token(settings.token_request, settings, patience)
    session = boto3.Session(region_name=settings.region or None)
    credentials = session.get_credentials()
    if credentials is None:
        raise DeploymentError("There are no AWS credentials.", _advise(settings))
    # Lazy credentials fail here rather than in the middle of an upload.
    credentials.get_frozen_credentials()
    return _assume_by_keys(session, settings, patience) if settings.role_to_assume else session


def _assume_by_token(request: TokenRequest, settings: Settings, patience: Patience) -> Any:
    import boto3

    token = fetch_token(request)
    client = boto3.Session(region_name=settings.region or None).client(
        "sts", config=_write_config(patience, _STS_SECONDS)
    )
    return _assume(client.assume_role_with_web_identity, {"WebIdentityToken": token}, settings, patience)


def _assume_by_keys(session: Any, settings: Settings, patience: Patience) -> Any:
    client = session.client("sts", config=_write_config(patience, _STS_SECONDS))
    return _assume(client.assume_role, {}, settings, patience)


def _assume(operation: Any, proof: dict[str, str], settings: Settings, patience: Patience) -> Any:
    """A session with the role's temporary credentials."""
    import boto3

    names = {"RoleArn": settings.role_to_assume, "RoleSessionName": settings.session_name}
    answer = patience.call(lambda: operation(**names, **proof))
    given = answer["Credentials"]
    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=settings.region or None,
    )


def _write_config(patience: Patience, answer_seconds: float) -> Any:
    from botocore.config import Config

    return Config(
        connect_timeout=patience.connect_seconds,
        read_timeout=answer_seconds,
        # botocore would send an upload again after a read timeout.
        retries={"total_max_attempts": 1, "mode": "standard"},
        tcp_keepalive=True,
        user_agent_extra="panther-ci",
    )


def _advise(settings: Settings) -> str:
    if settings.on_github and settings.role_to_assume:
        return (
            "Give the job `permissions: id-token: write`, or run configure-aws-credentials before this step."
        )
    if settings.on_github:
        return "Run configure-aws-credentials before this step, or give role-to-assume."
    return (
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or log in by `aws sso login`."
        " A deployment with an API token is `--deployment api`."
    )
