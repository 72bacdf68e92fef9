"""A server on this machine, for what stands in for a deployment."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self


class LoopbackServer:
    """Serves while it is entered; a handler finds it in its attribute `stand_in`.

    `closing` is set when it ends, for handlers that wait. It speaks TLS if it has a context.
    """

    def __init__(
        self, port: int, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None
    ) -> None:
        self.closing = threading.Event()
        own = type("Handler", (handler,), {"stand_in": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), own)
        self._server.daemon_threads = True
        self._scheme = "http"
        if context:
            self._scheme = "https"
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """The root of what it serves."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_port}"
