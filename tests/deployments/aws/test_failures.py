"""Failures that loopback can't bring about, as botocore reports them."""

import ssl

import botocore.exceptions
import pytest
import urllib3.exceptions

from panther_ci.deployments.aws.failures import explain_invocation, is_harmless
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
