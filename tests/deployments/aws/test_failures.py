"""Failures that loopback can't bring about, as botocore reports them."""

import ssl
from dataclasses import replace

import botocore.exceptions
import botocore.parsers
import pytest
import urllib3.exceptions

from panther_ci.deployments.aws.failures import (
    explain_identity,
    explain_invocation,
    is_harmless,
    list_failures,
)
from panther_ci.deployments.aws.settings import Settings
from tests.options import make_deployment_options

SETTINGS = Settings.read(make_deployment_options(), {})
UNTRUSTED = urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed certificate"))
FAILURES = {
    botocore.exceptions.SSLError(
        endpoint_url="x", error=UNTRUSTED
    ): "AWS_CA_BUNDLE and the proxy; nothing was sent",
    botocore.exceptions.CredentialRetrievalError(provider="x", error_msg="secret"): "AWS_ variables",
    botocore.exceptions.ConnectTimeoutError(endpoint_url="x"): "the archive was not sent",
}


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_a_failure_before_anything_was_sent_is_reported_as_such(error):
    explained = explain_invocation(error, SETTINGS)
    assert FAILURES[error] in explained.hint and "secret" not in explained.message


def test_only_a_connection_that_timed_out_is_tried_again():
    assert [is_harmless(error) for error in FAILURES] == [False, False, True]


UNSURE = (
    "Whether the deployment took the archive is unknown, so it was not sent again."
    " Look at the deployment's state; uploading the same archive again does no harm."
)
UNSENT = "Check aws-region, and this machine's network and proxy; the archive was not sent."
FOREIGN = "Check AWS_CA_BUNDLE and the proxy; nothing was sent."
RENEW = "Get new credentials, then deploy again."
TARGET = "Lambda function panther-analysis-api in eu-west-3"
IN_REGION = replace(SETTINGS, region="eu-west-3", profile="mine")
known = botocore.exceptions


def tls(error: Exception) -> known.SSLError:
    """A failure of TLS for this reason, as urllib3 reports it."""
    return known.SSLError(endpoint_url="x", error=urllib3.exceptions.SSLError(error))


def answer(
    code: str, status: int = 400, operation: str = "Invoke", words: str = "words"
) -> known.ClientError:
    response = {"Error": {"Code": code, "Message": words}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return known.ClientError(response, operation)


UNREACHED = ("AWS can't be reached in eu-west-3.", UNSENT)
BROKE_OFF = "The exchange with Lambda function panther-analysis-api in eu-west-3 broke off"
INVOCATIONS = (
    (known.EndpointConnectionError(endpoint_url="x"), *UNREACHED),
    (known.ConnectTimeoutError(endpoint_url="x"), *UNREACHED),
    (
        known.ProxyConnectionError(proxy_url="secret"),
        "The proxy can't be used.",
        "Check HTTPS_PROXY and NO_PROXY; nothing was sent.",
    ),
    (tls(ssl.SSLCertVerificationError("x")), "The certificate of AWS's endpoint can't be trusted.", FOREIGN),
    (tls(FileNotFoundError()), "The certificate of AWS's endpoint can't be trusted.", FOREIGN),
    (
        tls(ssl.SSLError("x")),
        "The TLS connection to AWS failed.",
        f"Check AWS_CA_BUNDLE and the proxy. {UNSURE}",
    ),
    (known.ReadTimeoutError(endpoint_url="x"), f"{TARGET} didn't answer in time.", UNSURE),
    (
        known.ConnectionClosedError(endpoint_url="x"),
        f"{TARGET} closed the connection without an answer.",
        UNSURE,
    ),
    (known.HTTPClientError(error="secret"), f"{BROKE_OFF} (HTTPClientError).", UNSURE),
    (botocore.parsers.ResponseParserError("secret"), f"{BROKE_OFF} (ResponseParserError).", UNSURE),
    (
        known.ParamValidationError(report="secret"),
        "The AWS credentials or settings can't be used (ParamValidationError).",
        "Check the AWS_ variables and the AWS configuration file.",
    ),
    (answer("New"), "AWS answered 400 New. AWS says: words", "Correct what AWS names, then deploy again."),
    (
        answer("New", 499),
        "AWS answered 499 New. AWS says: words",
        "Correct what AWS names, then deploy again.",
    ),
    (answer("New", 500), "AWS answered 500 New. AWS says: words", UNSURE),
    (
        answer("New", 500, "AssumeRole"),
        "AWS answered 500 New. AWS says: words",
        "Correct what AWS names, then deploy again.",
    ),
    (
        answer("New", words=""),
        "AWS answered 400 New. AWS says: nothing more",
        "Correct what AWS names, then deploy again.",
    ),
    (
        known.ClientError({}, "Invoke"),
        "AWS answered 0 . AWS says: nothing more",
        "Correct what AWS names, then deploy again.",
    ),
    (answer("ExpiredToken"), "The AWS credentials have expired. AWS says: words", RENEW),
    (
        answer("ResourceNotFoundException"),
        "There is no Lambda function panther-analysis-api in eu-west-3. AWS says: words",
        "Check function-name, aws-region and the account of the credentials.",
    ),
    (
        answer("AccessDenied", operation="AssumeRole"),
        "The AWS identity may not assume the role. AWS says: words",
        "Allow it sts:AssumeRole on the role, and name it in the role's trust policy.",
    ),
)


@pytest.mark.parametrize(("error", "message", "hint"), INVOCATIONS, ids=lambda value: type(value).__name__)
def test_a_failed_upload_is_explained(error: Exception, message: str, hint: str) -> None:
    explained = explain_invocation(error, IN_REGION)
    assert (explained.message, explained.hint) == (message, hint)
    assert isinstance(error, list_failures())


IDENTITIES = (
    (known.EndpointConnectionError(endpoint_url="x"), *UNREACHED),
    (known.HTTPClientError(error="secret"), "The connection to AWS failed (HTTPClientError).", UNSENT),
    (
        known.ConnectionClosedError(endpoint_url="x"),
        "The connection to AWS failed (ConnectionClosedError).",
        UNSENT,
    ),
    (
        known.UnauthorizedSSOTokenError(),
        "The AWS login has ended.",
        "Run `aws sso login`, then deploy again.",
    ),
    (
        known.PartialCredentialsError(provider="env", cred_var="aws_secret_access_key"),
        "The AWS credentials are incomplete: aws_secret_access_key is missing.",
        RENEW,
    ),
    (
        known.ProfileNotFound(profile="mine"),
        "There is no AWS profile 'mine' here.",
        "Check AWS_PROFILE and the AWS configuration file.",
    ),
    (known.NoRegionError(), "The AWS region isn't known.", "Give aws-region, or set AWS_REGION."),
    (
        FileNotFoundError(2, "No such file or directory"),
        "A file of the AWS credentials can't be read: No such file or directory.",
        "Check AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE.",
    ),
    (
        known.ConfigParseError(path="secret"),
        "The AWS credentials or settings can't be used (ConfigParseError).",
        "Check the AWS_ variables and the AWS configuration file.",
    ),
    (answer("ExpiredToken"), "The AWS credentials have expired. AWS says: words", RENEW),
)


@pytest.mark.parametrize(("error", "message", "hint"), IDENTITIES, ids=lambda value: type(value).__name__)
def test_missing_credentials_are_explained(error: Exception, message: str, hint: str) -> None:
    explained = explain_identity(error, IN_REGION)
    assert (explained.message, explained.hint) == (message, hint)


def test_a_profile_can_not_be_read_in_a_container_on_github() -> None:
    explained = explain_identity(known.ProfileNotFound(profile="mine"), replace(IN_REGION, on_github=True))
    assert "remove `aws-profile`, or give role-to-assume" in explained.hint


def test_a_region_and_a_role_are_named_where_they_are_known() -> None:
    unknown = replace(IN_REGION, region="")
    error = known.EndpointConnectionError(endpoint_url="x")
    assert explain_invocation(error, unknown).message == "AWS can't be reached in the profile's region."
    denied = answer("AccessDenied", operation="AssumeRole")
    role = replace(IN_REGION, role_to_assume="arn:role")
    assert explain_identity(denied, role).message.startswith("The AWS identity may not assume arn:role.")
    missing = explain_invocation(answer("ResourceNotFoundException"), unknown).message
    assert missing.startswith("There is no Lambda function panther-analysis-api in the profile's region.")


@pytest.mark.parametrize(
    ("error", "harmless"),
    [
        *((answer(code), True) for code in ("TooManyRequestsException", "ThrottlingException", "Throttling")),
        (answer("RequestLimitExceeded"), True),
        (answer("New", 429), True),
        (answer("New", 428), False),
        (answer("New", 500), False),
        (known.ClientError({}, "Invoke"), False),
        (known.EndpointConnectionError(endpoint_url="x"), True),
        (known.EndpointConnectionError(endpoint_url="x", error=OSError()), True),
        (
            known.EndpointConnectionError(
                endpoint_url="x", error=urllib3.exceptions.NameResolutionError("x", None, OSError())
            ),
            False,
        ),
        (known.ReadTimeoutError(endpoint_url="x"), False),
        (known.ConnectionClosedError(endpoint_url="x"), False),
        (tls(FileNotFoundError()), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_only_what_surely_did_nothing_is_sent_again(error: Exception, harmless: bool) -> None:
    assert is_harmless(error) is harmless
