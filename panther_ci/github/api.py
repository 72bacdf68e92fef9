"""Sends requests to GitHub's REST API, and waits as its rate limits ask.

Source: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from panther_ci.errors import PantherCIError
from panther_ci.model import Json
from panther_ci.web import Answer, RetryPolicy, WebClient, WebError

VERSION = "2022-11-28"
# How long to wait where a rate limit is reached and GitHub names no time.
DEFAULT_WAIT_SECONDS = 60.0
RETRIES = RetryPolicy(first_delay_seconds=1.0)
_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
# If the token lacks a permission, GitHub answers 403, or 404 to hide that the resource exists.
_REASONS = {
    401: "GitHub does not accept the token",
    403: "the token may not do that, as with pull requests from forks",
    404: "the token may not do that, or the repository is not there",
}


class ApiError(PantherCIError):
    """GitHub did not do what was asked; the message is a reason to go on without it."""


class RefusedError(ApiError):
    """GitHub answered, but not with success."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(_explain(answer))
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Api:
    """GitHub's API at a URL, with a token; `clock` is the time of day in seconds since 1970."""

    url: str
    token: str = field(repr=False)
    client: WebClient
    retries: RetryPolicy = RETRIES
    clock: Callable[[], float] = time.time

    def send(self, method: str, path: str, body: Mapping[str, Json] | None = None) -> Json:
        """Return the value GitHub answers with; raises `ApiError` with the reason if there is none."""
        failures = (WebError, RefusedError)
        try:
            answer = self.retries.call(lambda: self._ask(method, path, body), failures, self._find_wait)
        except WebError as error:
            raise ApiError(f"GitHub can't be reached ({error.message})") from None
        return _read_value(answer)

    def without_waiting(self, timeout_seconds: float) -> "Api":
        """The same API, which tries nothing again and gives up early."""
        client = replace(self.client, timeout_seconds=timeout_seconds)
        return replace(self, client=client, retries=replace(self.retries, deadline_seconds=0.0))

    def _ask(self, method: str, path: str, body: Mapping[str, Json] | None) -> Answer:
        headers = {
            "Accept": "application/vnd.github+json, application/json",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self.token}",
            "X-GitHub-Api-Version": VERSION,
        }
        data = None if body is None else json.dumps(body).encode()
        answer = self.client.send(method, self.url.rstrip("/") + path, headers, data)
        if not 200 <= answer.status < 300:
            raise RefusedError(answer)
        return answer

    def _find_wait(self, failure: Exception, delay: float) -> float | None:
        match failure:
            case RefusedError(answer=answer):
                return find_wait(answer, self.clock(), delay)
            case WebError(temporary=True):
                return delay
        return None


def find_wait(answer: Answer, now: float, delay: float) -> float | None:
    """How many seconds to wait: as GitHub asks, else `delay`, or `None` if waiting is of no use."""
    after = answer.headers.get("retry-after", "")
    if after.isdecimal():
        return float(after)
    reset = answer.headers.get("x-ratelimit-reset", "")
    if answer.headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(float(reset) - now, 0) + 1
    if answer.status == 403 and is_limited(answer):
        return DEFAULT_WAIT_SECONDS
    return delay if answer.status == 429 or answer.status >= 500 else None


def is_limited(answer: Answer) -> bool:
    """Whether a rate limit is the reason; a secondary one sometimes shows only in the words of a 403."""
    named = answer.status == 403 and b"rate limit" in answer.content.lower()
    exhausted = answer.headers.get("x-ratelimit-remaining") == "0" or "retry-after" in answer.headers
    return answer.status == 429 or named or exhausted


def check_repository(name: str) -> str:
    """Return `owner/name` as part of a path; raises `ApiError` for anything else."""
    if not _REPOSITORY.fullmatch(name) or ".." in name:
        raise ApiError(f"{name!r} is not the name of a repository")
    return name


def _explain(answer: Answer) -> str:
    """Why GitHub refused, in one line."""
    if is_limited(answer):
        return "the rate limit is reached"
    text = " ".join(answer.content[:300].decode("utf-8", "replace").split())
    return _REASONS.get(answer.status, f"GitHub answers {answer.status}: {text}")


def _read_value(answer: Answer) -> Json:
    try:
        value: Json = json.loads(answer.content)
    except (ValueError, RecursionError):
        raise ApiError("GitHub's answer is not JSON") from None
    return value
