"""The token that proves to AWS which workflow a GitHub job belongs to.

Source: docs.github.com, "About security hardening with OpenID Connect".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from panther_ci.errors import DeploymentError
from panther_ci.web import WebClient, WebError, is_safe_for_secrets

AUDIENCE = "sts.amazonaws.com"
_TIMEOUT_SECONDS = 10.0
_HINT = "Give the job `permissions: id-token: write`, then run it again."


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """Where the job may request its token, with which secret, and by which client."""

    url: str
    secret: str = field(repr=False)
    client: WebClient

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "TokenRequest | None":
        """The request a job with `id-token: write` may make; `None` without that permission."""
        url = environ.get("ACTIONS_ID_TOKEN_REQUEST_URL", "")
        secret = environ.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "")
        return cls(url, secret, WebClient(environ, _TIMEOUT_SECONDS)) if url and secret else None


def fetch_token(request: TokenRequest) -> str:
    """The job's token for AWS; raises `DeploymentError`, which quotes nothing secret."""
    if not is_safe_for_secrets(request.url):
        raise DeploymentError("ACTIONS_ID_TOKEN_REQUEST_URL is not an https address.", _HINT)
    separator = "&" if urlsplit(request.url).query else "?"
    url = f"{request.url}{separator}{urlencode({'audience': AUDIENCE})}"
    headers = {"Authorization": f"Bearer {request.secret}", "Accept": "application/json"}
    try:
        answer = request.client.send("GET", url, headers)
    except WebError as error:
        raise DeploymentError(f"GitHub's OIDC token can't be fetched: {error.message}.", _HINT) from None
    if answer.status != 200:
        raise DeploymentError(f"GitHub refused the job's OIDC token with {answer.status}.", _HINT)
    return _read_token(answer.content)


def _read_token(data: bytes) -> str:
    """The token in GitHub's answer; raises `DeploymentError` if there is none."""
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        answer = None
    token = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not token:
        raise DeploymentError("GitHub's OIDC token can't be fetched: the answer does not contain it.", _HINT)
    return token
