"""The token by which a GitHub job proves to AWS which workflow it is.

Source: docs.github.com, "About security hardening with OpenID Connect".
"""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from panther_ci.errors import DeploymentError

AUDIENCE = "sts.amazonaws.com"
_TIMEOUT_SECONDS = 10
_HINT = "Give the job `permissions: id-token: write`, then run it again."


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """Where the job may ask for its token, and by which secret."""

    url: str
    secret: str = field(repr=False)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "TokenRequest | None":
        """The request a job with `id-token: write` may make; `None` without that permission."""
        url = environ.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
        secret = environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "")
        return cls(url, secret) if url and secret else None


def fetch_token(request: TokenRequest) -> str:
    """The job's token for AWS; raises `DeploymentError` without quoting anything secret.

    botocore's HTTP session is used since it knows the proxy variables and follows no redirect, which
    would hand the secret to another host.
    """
    from botocore.awsrequest import AWSRequest
    from botocore.exceptions import BotoCoreError
    from botocore.httpsession import URLLib3Session
    from botocore.utils import get_environ_proxies

    parts = urlsplit(request.url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise DeploymentError("ACTIONS_ID_TOKEN_REQUEST_URL is not an https address.", _HINT)
    url = f"{request.url}{'&' if parts.query else '?'}{urlencode({'audience': AUDIENCE})}"
    headers = {"Authorization": f"Bearer {request.secret}", "Accept": "application/json"}
    session = URLLib3Session(timeout=_TIMEOUT_SECONDS, proxies=get_environ_proxies(url))
    try:
        with closing(session):
            answer = session.send(AWSRequest("GET", url, headers=headers).prepare())
            if answer.status_code != 200:
                raise DeploymentError(
                    f"GitHub refused the job's OIDC token with {answer.status_code}.", _HINT
                )
            return _read_token(answer.content)
    except (BotoCoreError, OSError, ValueError) as error:
        raise DeploymentError(
            f"GitHub's OIDC token can't be fetched: {type(error).__name__}.", _HINT
        ) from None


def _read_token(data: bytes) -> str:
    """The token in GitHub's answer; raises `ValueError` when there is none."""
    answer = json.loads(data)
    token = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token:
        raise ValueError("no token")
    return token
