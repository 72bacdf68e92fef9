"""Asks GitHub's REST API, patiently where it says so, and never fails the run.

Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

import json
import math
import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from panther_ci.errors import PantherCIError
from panther_ci.model import Json

if TYPE_CHECKING:
    from http.client import HTTPConnection

VERSION = "2022-11-28"
MAX_ANSWER_BYTES = 16 * 1024 * 1024
# To be waited where a rate limit is reached and nothing says how long.
UNTOLD_WAIT_SECONDS = 60.0
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
# Where the token may not do what is asked, GitHub answers 403, or 404 to hide that there is something.
_REASONS = {
    401: "GitHub does not accept the token",
    403: "the token may not do that, as with pull requests from forks",
    404: "the token may not do that, or the repository is not there",
}


class ApiError(PantherCIError):
    """GitHub didn't do what was asked; the message is a reason to go on without it."""


@dataclass(frozen=True, slots=True)
class Api:
    """GitHub's API at a URL, with a token.

    `patience_seconds` is how long after its first answer a request may be repeated.
    """

    url: str
    token: str = field(repr=False)
    timeout_seconds: float = 20
    patience_seconds: float = 60
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def send(self, method: str, path: str, body: Mapping[str, Json] | None = None) -> Json:
        """The value GitHub answers with; raises `ApiError` when it won't, with the reason."""
        delay, end = 1.0, math.inf
        while True:
            answer = self._ask(method, path, body)
            if 200 <= answer.status < 300:
                return answer.read_value()
            now = self.clock()
            end = min(end, now + self.patience_seconds)
            wait = answer.wait_seconds(now, delay)
            if wait is None or now + wait > end:
                raise ApiError(answer.explain())
            self.sleep(wait)
            delay *= 2

    def _ask(self, method: str, path: str, body: Mapping[str, Json] | None) -> "_Answer":
        """One request; http.client follows no redirect, which would take the token along."""
        import http.client

        headers = {
            "Accept": "application/vnd.github+json, application/json",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.token}",
            "User-Agent": "panther-ci",
            "X-GitHub-Api-Version": VERSION,
        }
        data = None if body is None else json.dumps(body).encode()
        try:
            connection = self._connect()
            try:
                connection.request(method, urlsplit(self.url).path.rstrip("/") + path, data, headers)
                response = connection.getresponse()
                content = response.read(MAX_ANSWER_BYTES)
            finally:
                connection.close()
        except (OSError, http.client.HTTPException) as error:
            return _Answer(0, {}, f"{type(error).__name__}: {error}".encode())
        except ValueError:
            # Its text may show the header that holds the token.
            raise ApiError("GitHub can't be asked: its URL or the token is malformed") from None
        return _Answer(
            response.status, {name.lower(): value for name, value in response.getheaders()}, content
        )

    def _connect(self) -> "HTTPConnection":
        """A connection to come; to https through the proxy that the environment names for the host."""
        import http.client
        from urllib.request import getproxies, proxy_bypass

        parts = urlsplit(self.url)
        host = parts.hostname or ""
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, parts.port, timeout=self.timeout_seconds)
        named = "" if proxy_bypass(host) else getproxies().get("https", "")
        proxy = urlsplit(named if "//" in named else f"//{named}")
        if not proxy.hostname:
            return http.client.HTTPSConnection(host, parts.port, timeout=self.timeout_seconds)
        tunnel = http.client.HTTPSConnection(proxy.hostname, proxy.port or 80, timeout=self.timeout_seconds)
        tunnel.set_tunnel(host, parts.port or 443, _prove(proxy.username, proxy.password))
        return tunnel


def _prove(user: str | None, password: str | None) -> dict[str, str]:
    """The headers that a proxy asks for."""
    if not user:
        return {}
    proof = b64encode(f"{unquote(user)}:{unquote(password or '')}".encode()).decode()
    return {"Proxy-Authorization": f"Basic {proof}"}


@dataclass(frozen=True, slots=True)
class _Answer:
    """A status with headers and content; status 0 when there was no answer, which is the content."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def read_value(self) -> Json:
        try:
            value: Json = json.loads(self.content)
        except (ValueError, RecursionError):
            raise ApiError("GitHub's answer is not JSON") from None
        return value

    def wait_seconds(self, now: float, delay: float) -> float | None:
        """How long to wait before asking again; `None` if that is of no use."""
        after = self.headers.get("retry-after", "")
        if after.isdecimal():
            return float(after)
        reset = self.headers.get("x-ratelimit-reset", "")
        if self.headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
            return max(float(reset) - now, 0) + 1
        if self.status == 403 and self.is_limited():
            return UNTOLD_WAIT_SECONDS
        return delay if self.status in (0, 429) or self.status >= 500 else None

    def explain(self) -> str:
        """Why nothing came of it, in one line."""
        text = " ".join(self.content[:300].decode("utf-8", "replace").split())
        if self.status == 0:
            return f"GitHub can't be reached ({text})"
        reason = "the rate limit is reached" if self.is_limited() else ""
        return reason or _REASONS.get(self.status, f"GitHub answers {self.status}: {text}")

    def is_limited(self) -> bool:
        """Whether a rate limit is the reason; of a secondary one, sometimes only the words of a 403 tell."""
        told = self.status == 429 or (self.status == 403 and b"rate limit" in self.content.lower())
        return told or self.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in self.headers


def check_repository(name: str) -> str:
    """`owner/name` as part of a path; raises `ApiError` for anything else."""
    if not _REPOSITORY.fullmatch(name) or ".." in name:
        raise ApiError(f"{name!r} is not the name of a repository")
    return name
