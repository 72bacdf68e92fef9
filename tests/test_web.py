"""Requests over real HTTP and TLS on loopback: which way they take, and what comes back."""

import gzip
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from socket import socket
from threading import Event
from typing import Any

import pytest

from panther_ci.web import Answer, WebClient, WebError, is_safe_for_secrets
from tests.peers import Authority, be_silent, leading_to, make_authority, serve

LONGEST_SECONDS = 30.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Served-By: a\r\nX-Served-By: b\r\n\r\nhi"
REFUSED = "http://127.0.0.1:1"
# Each is sent by `fail`, and nothing of them may be in an error.
TOKEN, KEY, PASSWORD = "token-1b2c", "key-3d4e", "password-5f6a"


def send(environ: Mapping[str, str], url: str, **options: Any) -> Answer:
    return WebClient(environ, **({"timeout_seconds": LONGEST_SECONDS} | options)).send("GET", url, {})


def fail(environ: Mapping[str, str], url: str, **options: Any) -> WebError:
    """The error of a request that carries secrets; none of them is in it or in its traceback."""
    client = WebClient(environ, **({"timeout_seconds": LONGEST_SECONDS} | options))
    with pytest.raises(WebError) as caught:
        client.send("POST", f"{url}/?key={KEY}", {"Authorization": TOKEN}, b"body")
    shown = "".join(traceback.format_exception(caught.value)) + repr(client)
    assert [secret for secret in (TOKEN, KEY, PASSWORD) if secret in shown] == []
    return caught.value


# An exchange -----------------------------------------------------------------------------------------


def test_a_request_arrives_as_it_was_given_and_its_answer_comes_back() -> None:
    with serve(OK) as server:
        answer = WebClient({}).send("PATCH", f"http://{server.address}/a?b=c", {"X-One": "1"}, b'{"d": 1}')
    head, _, body = server.received[0].partition(b"\r\n\r\n")
    assert (head.splitlines()[0], body) == (b"PATCH /a?b=c HTTP/1.1", b'{"d": 1}')
    assert {b"X-One: 1", b"User-Agent: panther-ci"} <= set(head.splitlines())
    assert answer == Answer(200, {"content-length": "2", "x-served-by": "a, b"}, b"hi")


@pytest.mark.parametrize("status", [100 * n + 4 for n in (2, 3, 4, 5)])
def test_any_status_is_an_answer(status: int) -> None:
    with serve(b"HTTP/1.1 %d Words\r\nContent-Length: 0\r\n\r\n" % status) as server:
        assert send({}, f"http://{server.address}").status == status


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serve(OK) as other:
        redirect = b"HTTP/1.1 %d Moved\r\nLocation: http://%s/\r\nContent-Length: 0\r\n\r\n"
        with serve(redirect % (status, other.address.encode())) as server:
            assert send({}, f"http://{server.address}").status == status
    assert (len(server.received), other.received) == (1, [])


def test_an_unavailable_server_is_asked_once() -> None:
    with serve(b"HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n") as server:
        assert send({}, f"http://{server.address}").status == 503
    assert len(server.received) == 1


BROKEN = {
    "nothing": b"",
    "half a content": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
    "half a chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nhalf",
    "no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
    "no chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
    "no gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf",
    "garbage": b"\x00\xff\r\n\r\n",
    "no number": b"HTTP/1.1 many OK\r\n\r\n",
    "endless line": b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    "endless head": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n",
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN)
def test_an_answer_that_is_not_whole_is_an_error_after_sending(answer: bytes) -> None:
    with serve(answer) as server:
        error = fail({}, f"http://{server.address}")
    assert (error.message, error.sent, error.temporary) == ("the connection broke off", True, True)


LARGE = {
    "known": b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + b"x" * 1001,
    "lied": b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999999999\r\n\r\n" + b"x" * 1001,
    "unknown": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1001,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"64\r\n%s\r\n" % (b"x" * 100) * 11,
    "gzip": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 10_000_000),
}


@pytest.mark.parametrize("answer", LARGE.values(), ids=LARGE)
def test_an_answer_that_is_too_large_is_an_error_after_sending(answer: bytes) -> None:
    with serve(answer) as server:
        error = fail({}, f"http://{server.address}", max_answer_bytes=1000)
    assert error.message == "the answer is larger than 1,000 bytes"
    assert (error.sent, error.temporary) == (True, False)


def test_an_answer_of_the_largest_size_is_read() -> None:
    with serve(OK) as server:
        assert send({}, f"http://{server.address}", max_answer_bytes=2).content == b"hi"


def test_a_silent_server_is_not_waited_for() -> None:
    with serve(be_silent) as server:
        error = fail({}, f"http://{server.address}", timeout_seconds=0.2)
    assert (error.message, error.sent, error.temporary) == ("no answer in time", True, True)


ENDLESS = {
    "content": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b"x"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "head": (b"HTTP/1.1 200 OK\r\nX: ", b"y"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_answer_without_an_end_is_not_waited_for(kind: str) -> None:
    begin, part = ENDLESS[kind]
    closing = Event()

    def drip(connection: socket) -> None:
        connection.sendall(begin)
        while not closing.wait(0.05):
            connection.sendall(part)

    with serve(drip) as server:
        error = fail({}, f"http://{server.address}", whole_seconds=0.5)
        closing.set()
    assert (error.message, error.sent, error.temporary) == ("no whole answer in time", True, True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (REFUSED, "Connection refused"),
        (REFUSED.replace("http:", "https:"), "Connection refused"),
        ("http://no-such-host.invalid", "the name of the host is unknown"),
    ],
)
def test_a_server_that_can_not_be_reached_is_an_error_before_sending(url: str, words: str) -> None:
    error = fail({}, url)
    assert (error.message, error.sent, error.temporary) == (words, False, True)


@pytest.mark.parametrize(
    "url",
    ["", "/path", "host", "//host", "http://", "http://[", "http://host:x", "http://a b", "ftp://host"]
    + [f"http://{'a' * 64}.invalid"],
)
def test_a_malformed_url_is_an_error_before_sending(url: str) -> None:
    error = fail({}, url)
    assert (error.message, error.sent, error.temporary) == ("the URL is malformed", False, False)


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\n", "a\0", "\u20ac"])
def test_a_malformed_header_is_named_without_its_value(value: str) -> None:
    with serve(OK) as server, pytest.raises(WebError) as caught:
        WebClient({}).send("GET", f"http://{server.address}", {"X-Token": f"{TOKEN}{value}"})
    assert caught.value.message == "the header X-Token is malformed"
    assert (caught.value.sent, caught.value.temporary, server.received) == (False, False, [])


# TLS -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return make_authority(tmp_path_factory.mktemp("authority"))


TRUSTING: dict[str, Callable[[Authority], dict[str, str]]] = {
    "SSL_CERT_FILE": lambda known: {"SSL_CERT_FILE": known.file},
    "SSL_CERT_DIR": lambda known: {"SSL_CERT_DIR": known.folder},
    "REQUESTS_CA_BUNDLE as a file": lambda known: {"REQUESTS_CA_BUNDLE": known.file},
    "REQUESTS_CA_BUNDLE as a folder": lambda known: {"REQUESTS_CA_BUNDLE": known.folder, "SSL_CERT_FILE": ""},
    "SSL_CERT_FILE first": lambda known: {"SSL_CERT_FILE": known.file, "REQUESTS_CA_BUNDLE": "/missing"},
}


@pytest.mark.parametrize("trust", TRUSTING.values(), ids=TRUSTING)
def test_certificates_that_the_environment_names_are_trusted(
    authority: Authority, trust: Callable[[Authority], dict[str, str]]
) -> None:
    with serve(OK, authority.context) as server:
        assert send(trust(authority), f"https://{server.address}").content == b"hi"


@pytest.mark.parametrize("environ", [{}, {"SSL_CERT_FILE": "", "SSL_CERT_DIR": "/missing"}])
def test_a_server_with_an_unknown_certificate_is_sent_nothing(
    authority: Authority, environ: dict[str, str]
) -> None:
    with serve(OK, authority.context) as server:
        error = fail(environ, f"https://{server.address}")
    assert "the certificate is not trusted" in error.message
    assert (error.sent, error.temporary, server.received) == (False, False, [])


def test_a_certificate_of_another_host_is_not_trusted(authority: Authority) -> None:
    with serve(OK, authority.context) as server:
        error = fail(
            {"SSL_CERT_FILE": authority.file}, f"https://{server.address.replace('127.0.0.1', 'localhost')}"
        )
    assert "the certificate is not trusted (Hostname mismatch" in error.message
    assert server.received == []


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_certificates_that_can_not_be_loaded_are_an_error(
    tmp_path: Path, name: str, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "ca.pem").write_text(content)
    error = fail({name: str(tmp_path / "ca.pem")}, "https://github.invalid")
    assert f"the certificates of {name} can't be loaded" in error.message
    assert (error.sent, error.temporary) == (False, False)


def test_a_server_without_tls_is_an_error() -> None:
    with serve(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        error = fail({}, f"https://{server.address}")
    assert (error.message, error.temporary) == ("the TLS connection failed", True)
    assert TOKEN.encode() not in b"".join(server.received)


# Proxies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "proof"),
    [
        ("", None),
        (f"me:{PASSWORD}@", b"Proxy-Authorization: Basic bWU6cGFzc3dvcmQtNWY2YQ=="),
        ("me%40home:p%C3%A9%3A@", b"Proxy-Authorization: Basic bWVAaG9tZTpww6k6"),
        ("me@", b"Proxy-Authorization: Basic bWU6"),
    ],
)
@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY"])
def test_https_goes_through_a_tunnel_of_the_proxy(
    authority: Authority, name: str, user: str, proof: bytes | None
) -> None:
    with serve(OK, authority.context) as server, serve(leading_to(server)) as proxy:
        environ = {name: f"http://{user}{proxy.address}", "SSL_CERT_FILE": authority.file}
        answer = WebClient(environ).send("GET", "https://github.invalid/a", {"Authorization": TOKEN})
    head = proxy.received[0].splitlines()
    assert head[0].startswith(b"CONNECT github.invalid:443 HTTP/1.")
    assert [line for line in head if line.startswith(b"Proxy-")] == ([proof] if proof else [])
    assert TOKEN.encode() not in proxy.received[0]
    assert (answer.content, server.received[0].splitlines()[0]) == (b"hi", b"GET /a HTTP/1.1")
    assert b"Proxy-Authorization" not in server.received[0]


def test_a_server_behind_a_proxy_has_to_be_trusted_too(authority: Authority) -> None:
    with serve(OK, authority.context) as server, serve(leading_to(server)) as proxy:
        error = fail({"https_proxy": f"http://me:{PASSWORD}@{proxy.address}"}, "https://github.invalid")
    assert ("the certificate is not trusted" in error.message, server.received) == (True, [])


def test_http_is_handed_to_the_proxy() -> None:
    with serve(OK) as proxy:
        assert (
            send({"http_proxy": f"me:{PASSWORD}@{proxy.address}"}, "http://github.invalid/a").content == b"hi"
        )
    head = proxy.received[0].splitlines()
    assert head[0] == b"GET http://github.invalid/a HTTP/1.1"
    assert b"Proxy-Authorization: Basic bWU6cGFzc3dvcmQtNWY2YQ==" in head


def test_tls_to_a_proxy_trusts_the_same_certificates(authority: Authority) -> None:
    with serve(OK, authority.context) as proxy:
        environ = {"http_proxy": f"https://{proxy.address}"}
        assert send(environ | {"SSL_CERT_FILE": authority.file}, "http://github.invalid").content == b"hi"
        error = fail(environ, "http://github.invalid")
    assert "the proxy can't be used: the certificate is not trusted" in error.message
    assert (error.sent, len(proxy.received)) == (False, 1)


@pytest.mark.parametrize(
    "no_proxy",
    ["b.a.invalid", "*", "c.invalid, b.a.invalid", ".a.invalid", "a.invalid", "b.a.invalid:8080", "invalid,"],
)
@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_a_host_that_no_proxy_names_is_asked_directly(name: str, no_proxy: str) -> None:
    with serve(OK) as proxy:
        environ = {"http_proxy": f"http://{proxy.address}", name: no_proxy}
        error = fail(environ, "http://b.a.invalid:8080")
    assert (error.message, proxy.received) == ("the name of the host is unknown", [])


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_no_proxy_reads_what_is_sent_to_this_machine(name: str) -> None:
    with serve(OK) as server, serve(OK) as proxy:
        send({"http_proxy": f"http://{proxy.address}"}, f"http://{server.address.replace('127.0.0.1', name)}")
    assert (len(server.received), proxy.received) == (1, [])


@pytest.mark.parametrize(
    "no_proxy", ["", ",", "invalid.", "hub.invalid", "a.github.invalid", "github.invalid:8080"]
)
def test_a_host_that_no_proxy_does_not_name_goes_through_the_proxy(no_proxy: str) -> None:
    with serve(OK) as proxy:
        environ = {"http_proxy": f"http://{proxy.address}", "no_proxy": no_proxy}
        assert send(environ, "http://github.invalid").content == b"hi"


def test_the_lower_case_wins_even_if_it_is_empty() -> None:
    environ = {"http_proxy": "", "HTTP_PROXY": REFUSED}
    assert fail(environ, "http://a.invalid").message == "the name of the host is unknown"


def test_variables_of_this_process_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", REFUSED)
    assert fail({}, "http://a.invalid").message == "the name of the host is unknown"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down_is_an_error_before_sending(scheme: str) -> None:
    proxy = REFUSED.replace("//", f"//me:{PASSWORD}@")
    error = fail({f"{scheme}_proxy": proxy}, f"{scheme}://github.invalid")
    assert error.message == "the proxy can't be used: Connection refused"
    assert (error.sent, error.temporary) == (False, True)


def test_a_proxy_that_refuses_is_an_error_before_sending() -> None:
    refusal = f"HTTP/1.1 407 {PASSWORD}\r\nX-Echo: {PASSWORD}\r\n\r\n".encode()
    with serve(refusal) as proxy:
        error = fail({"https_proxy": f"http://me:{PASSWORD}@{proxy.address}"}, "https://github.invalid")
    assert error.message == "the proxy can't be used: it answers 407"
    assert (error.sent, error.temporary) == (False, True)


@pytest.mark.parametrize(
    "proxy", [f"http://me:{PASSWORD}@[", f"socks5://me:{PASSWORD}@host", f"me:{PASSWORD}@"]
)
def test_a_malformed_proxy_is_named_without_its_password(proxy: str) -> None:
    error = fail({"https_proxy": proxy}, "https://github.invalid")
    assert (error.message, error.sent, error.temporary) == ("https_proxy is malformed", False, False)


# Secrets and imports ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://host/path", True),
        ("HTTPS://host", True),
        ("http://127.0.0.1:8080/path", True),
        ("http://localhost", True),
        ("http://host", False),
        ("http://127.0.0.1.host", False),
        ("http://127.0.0.1@host", False),
        ("http://host\\@127.0.0.1", False),
        ("http://[", False),
        ("ftp://127.0.0.1", False),
        ("", False),
    ],
)
def test_secrets_are_safe_over_tls_and_on_this_machine(url: str, safe: bool) -> None:
    assert is_safe_for_secrets(url) is safe


@pytest.mark.parametrize("module", ["panther_ci.web", "panther_ci.action", "panther_ci.cli"])
def test_importing_the_client_imports_nothing_heavy(module: str) -> None:
    heavy = {"urllib3", "http.client", "ssl", "random"}
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
