"""The job's token is requested as the environment says, without botocore."""

import subprocess
import sys

import pytest

from panther_ci.deployments.aws.oidc_token import TokenRequest, fetch_token
from panther_ci.errors import DeploymentError


def read_request(url: str, **variables: str) -> TokenRequest:
    environ = {"ACTIONS_ID_TOKEN_REQUEST_URL": url, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "request-secret"}
    request = TokenRequest.read(environ | variables)
    assert request is not None
    return request


def test_the_token_is_requested_and_no_proxy_sees_the_request_on_this_machine(deployment):
    request = read_request(f"{deployment.url}/token?api-version=2.0", http_proxy="http://127.0.0.1:1")
    assert fetch_token(request) == "header.claims.signature"
    assert deployment.tokens[0].authorization == "Bearer request-secret"


def test_a_proxy_that_is_down_is_named_without_secrets():
    request = read_request("https://github.invalid", https_proxy="http://me:proxy-secret@127.0.0.1:1")
    with pytest.raises(DeploymentError) as caught:
        fetch_token(request)
    words = "GitHub's OIDC token can't be fetched: the proxy can't be used: Connection refused."
    assert (caught.value.message, "secret" in repr(request)) == (words, False)


@pytest.mark.parametrize("url", ["http://[", "http://host", "host"])
def test_a_url_that_is_not_safe_is_refused(url):
    with pytest.raises(DeploymentError, match="is not an https address"):
        fetch_token(read_request(url))


def test_requesting_a_token_does_not_import_botocore(deployment):
    code = (
        "import sys\n"
        "from panther_ci.deployments.aws.oidc_token import *\n"
        f"fetch_token(TokenRequest({deployment.token_url!r}, 'request-secret', WebClient({{}})))\n"
        "print(sorted({'boto3', 'botocore'} & set(sys.modules)))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
    assert deployment.tokens[0].audience == "sts.amazonaws.com"
