"""The one HTTP client, with proxies and answers of limited size, and the one policy for trying again.

No error quotes what was sent: no header, no password of a proxy and no part of the URL.
"""

import math
import re
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar
from urllib.parse import unquote

from panther_ci.errors import PantherCIError

if TYPE_CHECKING:
    from ssl import SSLContext

    from urllib3 import PoolManager
    from urllib3.util import Url

Result = TypeVar("Result")
MAX_ANSWER_BYTES = 16 * 1024 * 1024
# This machine, by the names that plain http may have.
_THIS_MACHINE = ("127.0.0.1", "localhost")


class WebError(PantherCIError):
    """There is no complete answer to a request; the message says why.

    `sent` says that the server may have received the request, `temporary` that a later one may succeed.
    """

    def __init__(self, message: str, *, sent: bool = False, temporary: bool = False) -> None:
        super().__init__(message)
        self.sent = sent
        self.temporary = temporary


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class WebClient:
    """Sends requests as the environment variables in `environ` say.

    `https_proxy`, `http_proxy` and `no_proxy` are read in lower or upper case, and a proxy's URL may contain
    a user and a password. This machine is asked directly: a proxy could read a token that is sent to it.

    TLS trusts only the certificates of SSL_CERT_FILE and SSL_CERT_DIR; if neither is set, only those of
    REQUESTS_CA_BUNDLE; if that is not set either, those of the system.

    `timeout_seconds` is how long to wait for the connection, and then for each part of the answer, and
    `whole_seconds` how long for all of it, which a server may send byte by byte and without an end.
    """

    environ: Mapping[str, str] = field(repr=False)
    timeout_seconds: float = 20.0
    max_answer_bytes: int = MAX_ANSWER_BYTES
    whole_seconds: float = 600.0

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
        """Send one request and return its answer, whatever the status.

        A redirect is an answer like any other: to follow it would take a token along. Raises `WebError`
        if the request can't be made or the answer is not complete.
        """
        _check_headers(headers)
        answer = _call_within(self.whole_seconds, lambda: self._exchange(method, url, headers, body))
        if answer is None:
            raise WebError("no whole answer in time", sent=True, temporary=True)
        return answer

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """The answer to one request, however long it takes."""
        from urllib3.exceptions import HTTPError

        try:
            with self._open_pool(url) as pool:
                response = pool.urlopen(
                    method,
                    url,
                    body=body,
                    headers={"User-Agent": "panther-ci", **headers},
                    redirect=False,
                    retries=False,
                    preload_content=False,
                    timeout=self.timeout_seconds,
                )
                with closing(response):
                    content = response.read(self.max_answer_bytes + 1)
        except HTTPError as error:
            raise _explain(error) from None
        if len(content) > self.max_answer_bytes:
            raise WebError(f"the answer is larger than {self.max_answer_bytes:,} bytes", sent=True)
        received = {name.lower(): response.headers[name] for name in response.headers}
        return Answer(response.status, received, content)

    def _open_pool(self, url: str) -> "PoolManager":
        """What connects to the server, or to the proxy that leads there."""
        from urllib3 import PoolManager, ProxyManager

        target = _parse_url(url, "the URL")
        proxy = self._find_proxy(target)
        schemes = (target.scheme, proxy.scheme if proxy else None)
        context = self._load_certificates() if "https" in schemes else None
        if proxy is None:
            return PoolManager(ssl_context=context)
        return ProxyManager(
            proxy._replace(auth=None).url,
            proxy_headers=_proxy_headers(proxy.auth),
            proxy_ssl_context=context,
            ssl_context=context,
        )

    def _find_proxy(self, target: "Url") -> "Url | None":
        name = f"{target.scheme}_proxy"
        text = self._read_either(name)
        if not text or _is_exempt(target, self._read_either("no_proxy")):
            return None
        return _parse_url(text if "://" in text else f"http://{text}", name)

    def _read_either(self, name: str) -> str:
        """The variable of this name in lower case, which wins even if it is empty, or in upper case."""
        return self.environ.get(name, self._read(name.upper()))

    def _read(self, name: str) -> str:
        return self.environ.get(name, "")

    def _load_certificates(self) -> "SSLContext":
        import ssl

        name, file, folder = "SSL_CERT_FILE", self._read("SSL_CERT_FILE"), self._read("SSL_CERT_DIR")
        if not file and not folder:
            name, bundle = "REQUESTS_CA_BUNDLE", self._read("REQUESTS_CA_BUNDLE")
            file, folder = ("", bundle) if Path(bundle).is_dir() else (bundle, "")
        try:
            return ssl.create_default_context(cafile=file or None, capath=folder or None)
        except OSError as error:
            raise WebError(f"the certificates of {name} can't be loaded: {error.strerror}") from None


def draw() -> float:
    """A number between 0 and 1, to spread load by."""
    import random

    return random.random()  # noqa: S311 - it spreads load, and protects nothing


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How long and how often to try again, in seconds; the deadline is counted from the first failure.

    Delays double up to the longest. Each is drawn between nothing and its full length, so that clients that
    failed together do not return together.
    """

    deadline_seconds: float = 60.0
    first_delay_seconds: float = 0.5
    longest_delay_seconds: float = 15.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = draw

    def call(
        self,
        attempt: Callable[[], Result],
        failures: tuple[type[Exception], ...],
        find_wait: Callable[[Exception, float], float | None],
    ) -> Result:
        """Return the result of the first attempt that succeeds, or raise the last of the `failures`.

        `find_wait` is given a failure and the next delay. It returns how many seconds to wait, or `None`
        if trying again is of no use. No wait goes past the deadline.
        """
        end, longest = math.inf, self.first_delay_seconds
        while True:
            try:
                return attempt()
            except failures as error:
                now = self.clock()
                end = min(end, now + self.deadline_seconds)
                wait = find_wait(error, longest * self.chance())
                if wait is None or now + wait > end:
                    raise
            self.sleep(wait)
            longest = min(2 * longest, self.longest_delay_seconds)


def is_safe_for_secrets(url: str) -> bool:
    """Whether nobody on the way to a URL can read what is sent: it is https, or on this machine."""
    try:
        parts = _parse_url(url, "the URL")
    except WebError:
        return False
    return parts.scheme == "https" or parts.host in _THIS_MACHINE


def _call_within(seconds: float, call: Callable[[], Result]) -> Result | None:
    """What `call` returns or raises; None if that takes longer. Then it is left behind, in a thread."""
    from queue import Empty, SimpleQueue
    from threading import Thread

    ended: SimpleQueue[Callable[[], Result]] = SimpleQueue()

    def run() -> None:
        try:
            result = call()
            ended.put(lambda: result)
        except Exception as error:
            ended.put(partial(_raise, error))

    Thread(target=run, daemon=True).start()
    try:
        return ended.get(timeout=seconds)()
    except Empty:
        return None


def _raise(error: Exception) -> NoReturn:
    raise error


def _check_headers(headers: Mapping[str, str]) -> None:
    """Raise `WebError` for a value that would end its header; http.client's own error quotes it."""
    for name, text in headers.items():
        if not (text.isascii() and text.isprintable()):
            raise WebError(f"the header {name} is malformed")


def _parse_url(text: str, name: str) -> "Url":
    """The parts of an http or https URL; raises `WebError` for any other text, which is called `name`."""
    from urllib3.exceptions import LocationParseError
    from urllib3.util import Url, parse_url

    try:
        url = parse_url(text)
    except LocationParseError:
        url = Url()
    if url.scheme not in ("http", "https") or not url.host:
        raise WebError(f"{name} is malformed")
    return url


def _is_exempt(target: "Url", no_proxy: str) -> bool:
    """Whether a host is this machine, or `no_proxy` names it: by itself, a domain, with its port, or `*`."""
    host = (target.host or "").strip("[]")
    if host in _THIS_MACHINE:
        return True
    names = [name.strip().lower().removeprefix(".") for name in no_proxy.split(",")]
    return any(name in ("*", host, target.netloc) or host.endswith(f".{name}") for name in names if name)


def _proxy_headers(credentials: str | None) -> dict[str, str]:
    """The header that proves `user:password`, both percent-encoded, to a proxy."""
    if not credentials:
        return {}
    user, _, password = credentials.partition(":")
    proof = b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()
    return {"Proxy-Authorization": f"Basic {proof}"}


def _explain(error: Exception) -> WebError:
    """What a failure in urllib3 means, in words that contain nothing of the request."""
    import ssl

    from urllib3 import exceptions as known

    match error:
        case known.LocationValueError():
            return WebError("the URL is malformed")
        case known.ProxyError(original_error=cause):
            return WebError(f"the proxy can't be used: {_describe(cause)}", temporary=True)
        case known.SSLError(args=(ssl.SSLCertVerificationError(), *_)):
            return WebError(_describe(error))
        case known.ConnectTimeoutError():
            return WebError(_describe(error), temporary=True)
    return WebError(_describe(error), sent=True, temporary=True)


def _describe(error: Exception) -> str:
    import ssl

    from urllib3 import exceptions as known

    match error:
        case known.SSLError(args=(ssl.SSLCertVerificationError(verify_message=reason), *_)):
            return f"the certificate is not trusted ({reason})"
        case known.SSLError():
            return "the TLS connection failed"
        case known.NameResolutionError():
            return "the name of the host is unknown"
        case known.NewConnectionError(__cause__=OSError(strerror=str(reason))):
            return reason
        case known.TimeoutError():
            return "no answer in time"
    # A proxy that refuses to connect to the host: http.client.HTTPConnection._tunnel.
    refusal = re.search(r"Tunnel connection failed: (\d+)", str(error))
    return f"it answers {refusal[1]}" if refusal else "the connection broke off"
