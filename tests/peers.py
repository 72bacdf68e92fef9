"""Servers and proxies on loopback, with or without TLS, which record what they are sent."""

import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from select import select
from socket import create_connection, socket
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import NamedTuple, TypeAlias

Respond: TypeAlias = Callable[[socket], None]


class Handler(BaseRequestHandler):
    """Records a request, and lets the server respond."""

    server: "Peer"

    def handle(self) -> None:
        with suppress(OSError), self.server.secure(self.request) as connection:
            self.server.received.append(read_request(connection))
            self.server.respond(connection)


class Peer(ThreadingTCPServer):
    """A server or a proxy on loopback; it speaks TLS if it has a context."""

    daemon_threads = True

    def __init__(self, respond: Respond, context: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.respond, self.context = respond, context
        self.received: list[bytes] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def secure(self, connection: socket) -> AbstractContextManager[socket]:
        return (
            self.context.wrap_socket(connection, server_side=True)
            if self.context
            else nullcontext(connection)
        )


@contextmanager
def serve(respond: Respond | bytes, context: ssl.SSLContext | None = None) -> Iterator[Peer]:
    """A peer that responds to every request, or gives all the same answer."""
    if isinstance(respond, bytes):
        respond = answering(respond)
    with Peer(respond, context) as peer:
        thread = Thread(target=peer.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield peer
        finally:
            peer.shutdown()
            thread.join()


def read_request(connection: socket) -> bytes:
    """The head of a request and as much of a body as its Content-Length says; of TLS, any part."""
    data = b""
    while b"\r\n\r\n" not in data and data[:1] != b"\x16" and (more := connection.recv(65536)):
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
    while len(body) < length and (more := connection.recv(65536)):
        body += more
    return head + b"\r\n\r\n" + body


def answering(data: bytes) -> Respond:
    return lambda connection: connection.sendall(data)


def be_silent(connection: socket) -> None:
    connection.recv(1)  # returns when the client gives up


def leading_to(peer: Peer) -> Respond:
    """What a proxy does for CONNECT, whatever the host: it connects to `peer` and passes everything on."""

    def respond(connection: socket) -> None:
        with create_connection(("127.0.0.1", peer.port)) as other:
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            ends = {connection: other, other: connection}
            while True:
                for end in select(list(ends), [], [])[0]:
                    if not (data := end.recv(65536)):
                        return
                    ends[end].sendall(data)

    return respond


class Authority(NamedTuple):
    """A certificate authority in a folder, and the TLS of a server that it certifies."""

    file: str
    folder: str
    context: ssl.SSLContext


CONFIGURATION = """\
[req]
prompt = no
distinguished_name = name
x509_extensions = authority
[name]
CN = panther-ci
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[server]
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = IP:127.0.0.1, DNS:github.invalid
"""


def openssl(folder: Path, command: str) -> str:
    return subprocess.check_output(
        ["openssl", *command.split()], cwd=folder, text=True, stderr=subprocess.PIPE
    )


def make_authority(folder: Path) -> Authority:
    """A new authority; its certificate stands in a file, and in a folder under the name OpenSSL looks for."""
    (folder / "openssl.cnf").write_text(CONFIGURATION)
    new = "req -config openssl.cnf -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
    openssl(folder, f"{new} -x509 -days 2 -keyout ca.key -out ca.pem")
    openssl(folder, f"{new} -new -keyout server.key -out server.csr")
    signing = (
        "x509 -req -days 2 -CA ca.pem -CAkey ca.key -CAcreateserial -extfile openssl.cnf -extensions server"
    )
    openssl(folder, f"{signing} -in server.csr -out server.pem")
    (folder / "hashed").mkdir()
    name = openssl(folder, "x509 -hash -noout -in ca.pem").strip()
    (folder / "hashed" / f"{name}.0").write_bytes((folder / "ca.pem").read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    return Authority(str(folder / "ca.pem"), str(folder / "hashed"), context)
