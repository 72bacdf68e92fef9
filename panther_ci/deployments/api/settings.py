"""Where the API is and with which token, from the inputs and the environment the root hands over."""

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus, urlsplit

from panther_ci.deployments.api.words import bound
from panther_ci.deployments.base import DeploymentOptions
from panther_ci.errors import InputError
from panther_ci.web import is_safe_for_secrets

_HOST_HINT = (
    "Use the deployment's host, such as acme.runpanther.net, or the https address of its GraphQL API."
)
_KEY_HINT = "Make one in Panther under Settings, API Tokens, with the permission to upload (Bulk Upload)."
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Settings:
    """How to reach the API; `url` and `token` are empty if nobody gave them."""

    url: str
    token: str = field(repr=False)
    timeout_minutes: float = 30.0
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, options: DeploymentOptions, environ: Mapping[str, str]) -> "Settings":
        """Settings of a run; an option wins over PANTHER_API_HOST and PANTHER_API_TOKEN.

        Raises `InputError` for a host or a token that can't be one, and quotes no token.
        """
        host = options.api_host or environ.get("PANTHER_API_HOST", "").strip()
        token = options.api_token or environ.get("PANTHER_API_TOKEN", "").strip()
        if not (token.isascii() and token.isprintable()) or " " in token:
            raise InputError("api-token contains characters that no token has.", _KEY_HINT)
        return cls(find_url(host), token, options.deploy_timeout_minutes, environ)

    @property
    def target(self) -> str:
        """What to call this deployment."""
        return f"Panther API at {urlsplit(self.url).hostname}" if self.url else "Panther API"

    @property
    def rest_url(self) -> str:
        """Where the REST API is: beside the GraphQL API. Raises `InputError` if that is somewhere else."""
        base = self.url.removesuffix("/public/graphql")
        if base == self.url:
            raise InputError(
                "api-host does not end in /public/graphql, so where the REST API is is not known.", _HOST_HINT
            )
        return base

    def require(self) -> None:
        """Raise `InputError` if the host or the token is missing."""
        if not self.url:
            raise InputError("There is no host of Panther's API.", f"Set PANTHER_API_HOST. {_HOST_HINT}")
        if not self.token:
            raise InputError("There is no API token.", f"Set PANTHER_API_TOKEN. {_KEY_HINT}")

    def quote(self, text: str) -> str:
        """A text of the deployment's to be shown: not too long, and without the token, which it may quote."""
        for form in sorted(set(_list_forms(self.token)), key=len, reverse=True):
            text = text.replace(form, "***")
        return bound(text)


def _describe_host(text: str) -> str:
    """What it is instead; not quoted without a dot, as it is the token if the two settings are exchanged."""
    return f": {text!r}" if "." in text else ", and has no dot"


def _list_forms(token: str) -> Iterator[str]:
    """A token as answers may have it: as it is, and as it is written in JSON, in URLs and in base64."""
    if token:
        escaped = json.dumps(token)[1:-1]
        yield from (token, escaped, escaped.replace("/", "\\/"), quote(token, safe=""), quote_plus(token))
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(token.encode()).decode().rstrip("=")


def find_url(host: str) -> str:
    """The address of the GraphQL API: `host` itself if it is a URL, else where a deployment has it.

    Raises `InputError` for what is neither, and for a URL on which others could read the token.
    """
    if not host:
        return ""
    if "://" not in host:
        if not _HOST.fullmatch(host):
            raise InputError(f"api-host is not the name of a host{_describe_host(host)}.", _HOST_HINT)
        return f"https://api.{host.removeprefix('api.')}/public/graphql"
    try:
        parts = urlsplit(host)
        secret = parts.username is not None or parts.password is not None
    except ValueError:
        raise InputError(f"api-host: {host!r} is not an address.", _HOST_HINT) from None
    if secret:
        raise InputError("api-host contains a user or a password.", _HOST_HINT)
    if not is_safe_for_secrets(host):
        raise InputError(
            f"api-host: {host!r} is not an https address; others could read the token.",
            f"{_HOST_HINT} Plain http is for this machine only.",
        )
    return host
