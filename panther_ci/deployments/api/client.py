"""Sends one request to the API, and says of each failure whether the request may have been received."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import urlencode

from panther_ci.deployments.api.operations import Operation
from panther_ci.deployments.api.settings import Settings
from panther_ci.deployments.api.words import is_busy, read_failure
from panther_ci.deployments.base import Issue
from panther_ci.errors import DeploymentError
from panther_ci.model import Json
from panther_ci.web import Answer, WebClient, WebError

BUSY_SECONDS = 30.0
_NEW_KEY_HINT = (
    "Make a new one in Panther under Settings, API Tokens, with the permission to upload (Bulk Upload)."
)
_HOST_HINT = (
    "Check PANTHER_API_HOST: the deployment's host without `api.`, or the address of its GraphQL API."
)
_ROUTE_HINT = "Check PANTHER_API_HOST, and the network, the proxy and the certificates of this machine."
_DENIED = ("not authorized", "unauthorized", "forbidden", "access denied", "permission")


class Fate(StrEnum):
    """What became of a request that failed: `busy` and `refused` did nothing, `unsure` may have done it all.

    Only what is `busy` may be sent again; a question may be asked again whatever became of it.
    """

    BUSY = "busy"
    REFUSED = "refused"
    UNSURE = "unsure"


class Details(NamedTuple):
    """More of a failure: how long to wait at least, and the files it is about.

    `unsupported` says that the deployment does not know the operation, `denied` that the token is not enough
    for it, and `answered` that GraphQL refused: the token itself is accepted.
    """

    wait_seconds: float = 0.0
    issues: tuple[Issue, ...] = ()
    unsupported: bool = False
    denied: bool = False
    answered: bool = False


class RequestError(DeploymentError):
    """A request without the answer it should have."""

    def __init__(
        self, message: str, hint: str = "", fate: Fate = Fate.REFUSED, details: Details | None = None
    ) -> None:
        super().__init__(message, hint)
        self.fate = fate
        self.details = details or Details()


class Reply(NamedTuple):
    """The data of an answer, and the server's clock as its header `Date` has it."""

    data: Mapping[str, Json]
    date: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """The API with a token; `timeout_seconds` is how long to wait for each part of an answer."""

    settings: Settings
    timeout_seconds: float = 60.0

    def ask(self, operation: Operation, variables: Mapping[str, Json]) -> Reply:
        """Return the answer to one request, sent once; raises `RequestError` if its field is missing."""
        self.settings.require()
        body = json.dumps({"query": operation.text, "variables": dict(variables)}).encode()
        return self._read(self._send("POST", self.settings.url, body), operation)

    def get(self, path: str, query: Mapping[str, str]) -> Mapping[str, Json]:
        """Return what the REST API has at a path; raises `RequestError`, `unsupported` if it has nothing."""
        self.settings.require()
        answer = self._send("GET", f"{self.settings.rest_url}{path}?{urlencode(query)}")
        content = _parse(answer.content)
        if answer.status == 200 and content:
            return content
        if answer.status in (401, 403):
            raise self._explain_token(answer.status, ())
        error = self._explain_status(answer)
        if answer.status == 404:
            error.details = error.details._replace(unsupported=True)
        raise error

    def _send(self, method: str, url: str, body: bytes | None = None) -> Answer:
        """The answer to a request with the token, whatever its status; raises `RequestError` for none."""
        headers = {"X-API-Key": self.settings.token, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        web = WebClient(self.settings.environ, self.timeout_seconds)
        try:
            return web.send(method, url, headers, body)
        except WebError as error:
            raise self._explain_silence(error) from None

    def _explain_silence(self, error: WebError) -> RequestError:
        """Why there is no complete answer."""
        message = f"{self.settings.target} can't be reached: {error.message}."
        if error.sent:
            message = f"{self.settings.target} did not answer: {error.message}."
            return RequestError(message, _ROUTE_HINT, Fate.UNSURE)
        # A host name that does not exist now will not exist before the deadline.
        busy = error.temporary and "name of the host" not in error.message
        return RequestError(message, f"{_ROUTE_HINT} Nothing was sent.", Fate.BUSY if busy else Fate.REFUSED)

    def _read(self, answer: Answer, operation: Operation) -> Reply:
        content = _parse(answer.content)
        data = content.get("data")
        errors = _read_errors(content)
        if answer.status == 200 and isinstance(data, dict) and data.get(operation.field) is not None:
            if any(each.field in ("", operation.field) for each in errors):
                raise self._explain_half(errors[0])
            return Reply(data, answer.headers.get("date", ""))
        if answer.status in (401, 403):
            raise self._explain_token(answer.status, errors)
        if errors:
            raise self._explain_errors(errors, answer)
        if answer.status == 200 and isinstance(data, dict):
            message = f"{self.settings.target} answered without data."
            raise RequestError(message, "", Fate.UNSURE, Details(answered=True))
        raise self._explain_status(answer)

    def _explain_token(self, status: int, errors: Sequence["GraphQLError"]) -> RequestError:
        said = f": {self.settings.quote(errors[0].message)}" if errors else "."
        message = f"{self.settings.target} doesn't accept the API token ({status}){said}"
        return RequestError(message, _NEW_KEY_HINT, Fate.REFUSED, Details(denied=True))

    def _explain_half(self, error: "GraphQLError") -> RequestError:
        """An answer with data and an error: part of it may be done, and nobody says what."""
        words = read_failure(error.message, self.settings.quote)[0]
        message = f"{self.settings.target} answered only in part: {words or 'it names files'}"
        return RequestError(message, "", Fate.UNSURE, Details(answered=True))

    def _explain_errors(self, errors: Sequence["GraphQLError"], answer: Answer) -> RequestError:
        """What the errors of GraphQL mean; the first one counts."""
        first = errors[0]
        words, issues = read_failure(first.message, self.settings.quote)
        message = f"{self.settings.target} answered: {words or 'the upload has issues'}"
        if is_busy(first.message):
            return RequestError(message, "", Fate.BUSY, Details(BUSY_SECONDS, answered=True))
        if first.code == "GRAPHQL_VALIDATION_FAILED":
            hint = "This deployment does not have the operation; its version may be too old."
            return RequestError(message, hint, Fate.REFUSED, Details(unsupported=True, answered=True))
        if any(part in words.lower() for part in _DENIED):
            details = Details(denied=True, answered=True)
            return RequestError(message, "Give the API token this permission.", Fate.REFUSED, details)
        fate = Fate.UNSURE if answer.status >= 500 else Fate.REFUSED
        return RequestError(message, "", fate, Details(issues=issues, answered=True))

    def _explain_status(self, answer: Answer) -> RequestError:
        """What a status means, where there are no errors of GraphQL."""
        status, target = answer.status, self.settings.target
        if status == 429:
            wait = answer.headers.get("retry-after", "")
            details = Details(float(wait) if wait.isdecimal() else 0.0)
            return RequestError(f"{target} is throttled.", "Deploy again later.", Fate.BUSY, details)
        if status == 413:
            return RequestError(
                f"{target} refused the request as too large.", "Deploy fewer specs at a time, by `path`."
            )
        words = self.settings.quote(answer.content.decode("utf-8", "replace"))
        said = f"{target} answered {status}: {words or 'it says nothing more'}"
        if status == 200 or status >= 500:
            return RequestError(said, _HOST_HINT if status == 200 else "", Fate.UNSURE)
        return RequestError(said, _HOST_HINT)


class GraphQLError(NamedTuple):
    """One error in an answer: its words, its code, and the field that it is about, as far as it has them."""

    message: str
    code: str
    field: str


def as_mapping(value: Json) -> Mapping[str, Json]:
    """A mapping in an answer; an empty one for any other value."""
    return value if isinstance(value, dict) else {}


def _parse(content: bytes) -> Mapping[str, Json]:
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return as_mapping(parsed)


def _read_errors(content: Mapping[str, Json]) -> list[GraphQLError]:
    entries = content.get("errors")
    return [_read_error(entry) for entry in entries] if isinstance(entries, list) else []


def _read_error(entry: Json) -> GraphQLError:
    error = as_mapping(entry)
    message = error.get("message")
    code = as_mapping(error.get("extensions")).get("code")
    path = error.get("path")
    field = path[0] if isinstance(path, list) and path and isinstance(path[0], str) else ""
    words = message if isinstance(message, str) else json.dumps(entry)
    return GraphQLError(words, str(code or ""), field)
