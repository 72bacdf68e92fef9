"""What the error codes of Lambda and STS mean to who deploys, and the next step to take."""

from typing import NamedTuple

THROTTLED = ("TooManyRequestsException", "ThrottlingException", "Throttling", "RequestLimitExceeded")
RENEW = "Get new credentials, then deploy again."


class Advice(NamedTuple):
    """A message and a hint; both may name {function}, {region} and {role}."""

    message: str
    hint: str


_EXPIRED = Advice("The AWS credentials have expired.", RENEW)
_UNKNOWN_KEY = Advice("AWS doesn't know the access key.", "Check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN.")
_BAD_SIGNATURE = Advice(
    "AWS refused the signature of the request.",
    "Check AWS_SECRET_ACCESS_KEY, and that this machine's clock is right.",
)
_MAY_NOT_INVOKE = Advice(
    "The AWS identity may not invoke {function}.",
    "Allow it the action lambda:InvokeFunction on {function}.",
)
_NO_FUNCTION = Advice(
    "There is no Lambda function {function} in {region}.",
    "Check function-name, aws-region and the account of the credentials.",
)
_TOO_LARGE = Advice("Lambda refused the request as too large.", "Deploy fewer specs at a time, by `path`.")
_BUSY = Advice(
    "AWS throttled the request until the deadline; the archive was not taken.",
    "Deploy again later, or raise the function's reserved concurrency.",
)
_NOT_READY = Advice(
    "{function} is being updated or is not ready.", "Wait until the function is active, then deploy again."
)
_MAY_NOT_ASSUME = Advice(
    "The AWS identity may not assume {role}.",
    "Allow it sts:AssumeRole on the role, and name it in the role's trust policy.",
)
_MAY_NOT_ASSUME_BY_TOKEN = Advice(
    "{role} can't be assumed by the job's OIDC token.",
    "Let the role's trust policy allow sts:AssumeRoleWithWebIdentity to this repository: the provider"
    " token.actions.githubusercontent.com, audience sts.amazonaws.com, and the `sub` of this job.",
)
_BAD_TOKEN = Advice(
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
    **dict.fromkeys(THROTTLED, _BUSY),
}
_DENIED_BY_OPERATION = {
    "Invoke": _MAY_NOT_INVOKE,
    "AssumeRole": _MAY_NOT_ASSUME,
    "AssumeRoleWithWebIdentity": _MAY_NOT_ASSUME_BY_TOKEN,
}


def find_advice(code: str, operation: str) -> Advice | None:
    """What to say of an error code that `operation` was answered with; `None` for one not known."""
    return _DENIED_BY_OPERATION.get(operation) if code.startswith("AccessDenied") else _BY_CODE.get(code)
