"""Explains the errors of AWS and botocore, and names the next step.

No text of botocore's is quoted where it may contain a header or a proxy's password.
"""

from typing import Any

from panther_ci.deployments.aws.advice import RENEW, THROTTLED, find_advice
from panther_ci.deployments.aws.payload import bound
from panther_ci.deployments.aws.settings import Settings
from panther_ci.errors import DeploymentError

_UNSURE = (
    "Whether the deployment took the archive is unknown, so it was not sent again."
    " Look at the deployment's state; uploading the same archive again does no harm."
)
_NOT_SENT = "Check aws-region, and this machine's network and proxy; the archive was not sent."


def list_failures() -> tuple[type[Exception], ...]:
    """Everything that a call of AWS may raise, for an `except`."""
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

    return BotoCoreError, ClientError, ResponseParserError


def is_harmless(error: Exception) -> bool:
    """Whether the request surely did nothing and may be sent again: not connected, or throttled."""
    import botocore.exceptions
    import urllib3.exceptions

    if isinstance(error, botocore.exceptions.ClientError):
        return read_code(error) in THROTTLED or read_status(error) == 429
    if isinstance(error, botocore.exceptions.ConnectTimeoutError):
        return True
    # A host name that does not exist now will not exist before the deadline.
    cause = getattr(error, "kwargs", {}).get("error")
    unknown_host = isinstance(cause, urllib3.exceptions.NameResolutionError)
    return isinstance(error, botocore.exceptions.EndpointConnectionError) and not unknown_host


def read_code(error: Any) -> str:
    """The error code in an answer of AWS."""
    return str(error.response.get("Error", {}).get("Code", ""))


def read_status(error: Any) -> int:
    """The HTTP status of an answer of AWS; 0 if it is unknown."""
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def explain_identity(error: Exception, settings: Settings) -> DeploymentError:
    """Why there are no usable credentials; nothing was uploaded."""
    import botocore.exceptions as known

    if isinstance(error, known.ClientError):
        return _explain_answer(error, settings)
    if isinstance(error, (known.ConnectionError, known.HTTPClientError)):
        return _explain_unconnected(error, settings) or DeploymentError(
            f"The connection to AWS failed ({type(error).__name__}).", _NOT_SENT
        )
    if isinstance(error, known.SSOError):
        return DeploymentError("The AWS login has ended.", "Run `aws sso login`, then deploy again.")
    if isinstance(error, known.PartialCredentialsError):
        missing = error.kwargs.get("cred_var", "a part")
        return DeploymentError(f"The AWS credentials are incomplete: {missing} is missing.", RENEW)
    if isinstance(error, known.ProfileNotFound):
        return _explain_profile(settings)
    if isinstance(error, known.NoRegionError):
        return DeploymentError("The AWS region isn't known.", "Give aws-region, or set AWS_REGION.")
    if isinstance(error, OSError):
        hint = "Check AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE."
        return DeploymentError(f"A file of the AWS credentials can't be read: {error.strerror}.", hint)
    hint = "Check the AWS_ variables and the AWS configuration file."
    return DeploymentError(f"The AWS credentials or settings can't be used ({type(error).__name__}).", hint)


def explain_invocation(error: Exception, settings: Settings) -> DeploymentError:
    """Why an invocation has no answer of the function, and whether the function may have received it."""
    import botocore.exceptions as known

    if isinstance(error, known.ClientError):
        return _explain_answer(error, settings)
    if isinstance(error, (known.CredentialRetrievalError, known.ParamValidationError)):
        return explain_identity(error, settings)
    unconnected = _explain_unconnected(error, settings)
    if unconnected:
        return unconnected
    if isinstance(error, known.SSLError):
        return DeploymentError(
            "The TLS connection to AWS failed.", f"Check AWS_CA_BUNDLE and the proxy. {_UNSURE}"
        )
    if isinstance(error, known.ReadTimeoutError):
        return DeploymentError(f"{settings.target} didn't answer in time.", _UNSURE)
    if isinstance(error, known.ConnectionClosedError):
        return DeploymentError(f"{settings.target} closed the connection without an answer.", _UNSURE)
    return DeploymentError(
        f"The exchange with {settings.target} broke off ({type(error).__name__}).", _UNSURE
    )


def _explain_profile(settings: Settings) -> DeploymentError:
    hint = "Check AWS_PROFILE and the AWS configuration file."
    if settings.on_github:
        hint = (
            "With `aws-profile`, configure-aws-credentials keeps the keys on the host, where this container"
            " can't read them: remove `aws-profile`, or give role-to-assume."
        )
    return DeploymentError(f"There is no AWS profile {settings.profile!r} here.", hint)


def _explain_answer(error: Any, settings: Settings) -> DeploymentError:
    """An error answer of Lambda or STS: what it means if it is known, then AWS's own words."""
    code, status = read_code(error), read_status(error)
    said = bound(str(error.response.get("Error", {}).get("Message") or "nothing more"))
    advice = find_advice(code, error.operation_name)
    if advice is None:
        unsure = status >= 500 and error.operation_name == "Invoke"
        hint = _UNSURE if unsure else "Correct what AWS names, then deploy again."
        return DeploymentError(f"AWS answered {status} {bound(code)}. AWS says: {said}", hint)
    names = {
        "function": settings.function_name,
        "region": settings.region or "the profile's region",
        "role": settings.role_to_assume or "the role",
    }
    return DeploymentError(f"{advice.message.format(**names)} AWS says: {said}", advice.hint.format(**names))


def _explain_unconnected(error: Exception, settings: Settings) -> DeploymentError | None:
    """A failure to connect, after which surely nothing was sent; `None` for any other failure."""
    import ssl

    import botocore.exceptions as known

    if isinstance(error, known.ProxyConnectionError):
        return DeploymentError(
            "The proxy can't be used.", "Check HTTPS_PROXY and NO_PROXY; nothing was sent."
        )
    # Of the failures of TLS, only these surely happen before anything is sent.
    cause = getattr(error, "kwargs", {}).get("error")
    if any(
        isinstance(each, (ssl.SSLCertVerificationError, FileNotFoundError))
        for each in getattr(cause, "args", ())
    ):
        hint = "Check AWS_CA_BUNDLE and the proxy; nothing was sent."
        return DeploymentError("The certificate of AWS's endpoint can't be trusted.", hint)
    if isinstance(error, (known.EndpointConnectionError, known.ConnectTimeoutError)):
        region = settings.region or "the profile's region"
        return DeploymentError(f"AWS can't be reached in {region}.", _NOT_SENT)
    return None
