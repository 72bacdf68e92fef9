"""What AWS and botocore report, as plain words and a next step.

No text of botocore's is quoted where it may hold a header or a proxy's password.
"""

from typing import Any, NamedTuple

from panther_ci.deployments.settings import Settings
from panther_ci.deployments.wire import bound
from panther_ci.errors import DeploymentError

_THROTTLED = ("TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded")
_RENEW = "Get new credentials, then deploy again."
_UNSURE = (
    "Whether the deployment took the archive is unknown, so it was not sent again."
    " Look at the deployment's state; uploading the same archive again does no harm."
)
_NOT_SENT = "Check aws-region and the way out of this network; the archive was not sent."


class _Advice(NamedTuple):
    """A message and a hint; both may name {function}, {region}, {role} and {profile}."""

    message: str
    hint: str


_EXPIRED = _Advice("The AWS credentials have expired.", _RENEW)
_UNKNOWN_KEY = _Advice("AWS doesn't know the access key.", "Check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN.")
_BAD_SIGNATURE = _Advice(
    "AWS refused the signature of the request.",
    "Check AWS_SECRET_ACCESS_KEY, and that this machine's clock is right.",
)
_MAY_NOT_INVOKE = _Advice(
    "The AWS identity may not invoke {function}.",
    "Allow it the action lambda:InvokeFunction on {function}.",
)
_NO_FUNCTION = _Advice(
    "There is no Lambda function {function} in {region}.",
    "Check function-name, aws-region and the account of the credentials.",
)
_TOO_LARGE = _Advice("Lambda refused the request as too large.", "Build smaller archives.")
_BUSY = _Advice(
    "Lambda throttled the request until the deadline; the deployment did not take it.",
    "Deploy again later, or raise the function's reserved concurrency.",
)
_NOT_READY = _Advice(
    "{function} is being updated or is not ready.", "Wait until the function is active, then deploy again."
)
_MAY_NOT_ASSUME = _Advice(
    "The AWS identity may not assume {role}.",
    "Allow it sts:AssumeRole on the role, and name it in the role's trust policy.",
)
_MAY_NOT_ASSUME_BY_TOKEN = _Advice(
    "{role} can't be assumed by the job's OIDC token.",
    "Let the role's trust policy allow sts:AssumeRoleWithWebIdentity to this repository: the provider"
    " token.actions.githubusercontent.com, audience sts.amazonaws.com, and the `sub` of this job.",
)
_BAD_TOKEN = _Advice(
    "AWS doesn't accept the job's OIDC token.",
    "Add the identity provider token.actions.githubusercontent.com with audience sts.amazonaws.com to the"
    " account.",
)

_BY_CODE = {
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "RequestExpired": _BAD_SIGNATURE,
    "RequestTimeTooSkewed": _BAD_SIGNATURE,
    "InvalidSignatureException": _BAD_SIGNATURE,
    "SignatureDoesNotMatch": _BAD_SIGNATURE,
    "IncompleteSignature": _BAD_SIGNATURE,
    "UnrecognizedClientException": _UNKNOWN_KEY,
    "InvalidClientTokenId": _UNKNOWN_KEY,
    "InvalidAccessKeyId": _UNKNOWN_KEY,
    "ResourceNotFoundException": _NO_FUNCTION,
    "RequestTooLargeException": _TOO_LARGE,
    "RequestEntityTooLargeException": _TOO_LARGE,
    "ResourceConflictException": _NOT_READY,
    "ResourceNotReadyException": _NOT_READY,
    "InvalidIdentityToken": _BAD_TOKEN,
    "IDPRejectedClaim": _BAD_TOKEN,
    **dict.fromkeys(_THROTTLED, _BUSY),
}
_DENIED_BY_OPERATION = {
    "Invoke": _MAY_NOT_INVOKE,
    "AssumeRole": _MAY_NOT_ASSUME,
    "AssumeRoleWithWebIdentity": _MAY_NOT_ASSUME_BY_TOKEN,
}


def is_harmless(error: Exception) -> bool:
    """Whether the request surely did nothing and may be sent again: never connected, or throttled."""
    import botocore.exceptions
    import urllib3.exceptions

    if isinstance(error, botocore.exceptions.ClientError):
        return read_code(error) in _THROTTLED or read_status(error) == 429
    if isinstance(error, botocore.exceptions.ConnectTimeoutError):
        return True
    # A host name that doesn't exist won't come to exist before the deadline.
    cause = getattr(error, "kwargs", {}).get("error")
    unknown_host = isinstance(cause, urllib3.exceptions.NameResolutionError)
    return isinstance(error, botocore.exceptions.EndpointConnectionError) and not unknown_host


def read_code(error: Any) -> str:
    """The error code in an answer of AWS."""
    return str(error.response.get("Error", {}).get("Code", ""))


def read_status(error: Any) -> int:
    """The HTTP status of an answer of AWS; 0 if it isn't known."""
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
        return DeploymentError(f"The AWS credentials are incomplete: {missing} is missing.", _RENEW)
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
    """Why an invocation brought no answer of the function's, and whether it may have been taken."""
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
            "With `aws-profile`, configure-aws-credentials leaves the keys on the host, where this container"
            " can't read them: leave `aws-profile` out, or give role-to-assume."
        )
    return DeploymentError(f"There is no AWS profile {settings.profile!r} here.", hint)


def _explain_answer(error: Any, settings: Settings) -> DeploymentError:
    """An error answer of Lambda or STS: known ones in our words, each with AWS's own after it."""
    code, said = read_code(error), bound(str(error.response.get("Error", {}).get("Message") or ""))
    advice = _BY_CODE.get(code)
    if code.startswith("AccessDenied"):
        advice = _DENIED_BY_OPERATION.get(error.operation_name)
    if advice is None:
        advice = _Advice(
            f"AWS answered {read_status(error)} {bound(code)}.", "See what AWS says, then deploy again."
        )
        if read_status(error) >= 500 and error.operation_name == "Invoke":
            advice = advice._replace(hint=_UNSURE)
        return DeploymentError(f"{advice.message} {said}".rstrip(), advice.hint)
    names = {
        "function": settings.function_name,
        "region": settings.region or "the profile's region",
        "role": settings.role_to_assume or "the role",
    }
    message = advice.message.format(**names)
    return DeploymentError(f"{message} AWS says: {said}" if said else message, advice.hint.format(**names))


def _explain_unconnected(error: Exception, settings: Settings) -> DeploymentError | None:
    """A connection that never came about, so that nothing was sent; `None` for any other failure."""
    import ssl

    import botocore.exceptions as known

    if isinstance(error, known.ProxyConnectionError):
        return DeploymentError(
            "The proxy can't be used.", "Check HTTPS_PROXY and NO_PROXY; nothing was sent."
        )
    # Only these failures of TLS come before anything is sent for certain.
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
