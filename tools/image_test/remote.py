"""A repository behind HTTPS, as GitHub serves it to who shows a token: git's own program answers."""

import os
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from tools.loopback import LoopbackServer

# What actions/checkout keeps in the configuration of the clone: a header for each request.
HEADER = "AUTHORIZATION: basic bm90LWEtdG9rZW4="


class Backend(BaseHTTPRequestHandler):
    """Hands each request to `git http-backend`, as a web server does."""

    root = Path()

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes) -> None:
        if self.headers["Authorization"] != HEADER.partition(": ")[2]:
            self.send_error(401)
            return
        command = ("git", "-c", "safe.directory=*", "http-backend")
        done = subprocess.run(command, env=self._variables(), input=body, stdout=subprocess.PIPE, check=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        self.send_response(200)
        for line in head.decode().splitlines():
            self.send_header(*line.split(": ", 1))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _variables(self) -> dict[str, str]:
        """What a web server tells a program (RFC 3875)."""
        path, _, query = self.path.partition("?")
        return {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
        }

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@contextmanager
def serve_repositories(root: Path, context: ssl.SSLContext) -> Iterator[str]:
    """The repositories in a folder; gives the address they are below."""
    handler = type("Handler", (Backend,), {"root": root})
    with LoopbackServer(0, handler, context) as server:
        yield server.address
