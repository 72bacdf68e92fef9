"""A stand-in for GitHub's API on loopback, which remembers and refuses as GitHub does."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from panther_ci.github.api import RETRIES, Api
from panther_ci.web import RetryPolicy, WebClient

LEVELS = ("notice", "warning", "failure")


class GitHub:
    """The state of the stand-in; `failures` are answered first, in order: status, headers, body."""

    def __init__(self) -> None:
        self.runs: dict[int, dict[str, Any]] = {}
        self.comments: dict[int, dict[str, Any]] = {}
        self.failures: list[tuple[int, dict[str, str], bytes]] = []
        self.requests: list[tuple[str, str]] = []
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def make_retries(self) -> RetryPolicy:
        """The retries of an `Api`, without chance and by the clock of the stand-in."""
        return replace(RETRIES, clock=lambda: self.now, sleep=self.sleep, chance=lambda: 1.0)

    def fail(self, status: int, body: bytes = b'{"message": "no"}', **headers: str) -> None:
        self.failures.append(
            (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
        )

    def answer(self, method: str, path: str, body: Any, token: str) -> tuple[int, Any]:
        if token != "Bearer secret":
            return 401, {"message": "Bad credentials"}
        if path.startswith("/api/v3/repos/org/repo/check-runs"):
            return self.answer_check(method, path, body)
        return self.answer_comment(method, path, body)

    def answer_check(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        number = int(path.rpartition("/")[2]) if method == "PATCH" else len(self.runs) + 1
        output = {"annotations": [], **body["output"]} if "output" in body else None
        problem = refuse_output(output) if output else ""
        if problem or (method == "POST" and not re.fullmatch("[0-9a-f]{40}", body["head_sha"])):
            return 422, {"message": problem or "No commit found for SHA"}
        known = self.runs.setdefault(number, {"annotations": [], "titles": []})
        self.runs[number] = known | body
        if output:
            known["annotations"] += output["annotations"]
            known["titles"].append(output["title"])
        return 200 + (method == "POST"), {"id": number}

    def answer_comment(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        if method == "GET":
            page = int(path.rpartition("page=")[2])
            return 200, list(self.comments.values())[100 * (page - 1) : 100 * page]
        number = len(self.comments) + 1 if method == "POST" else int(path.rpartition("/")[2])
        if len(body["body"]) > 65_536:
            return 422, {"message": "Body is too long"}
        self.add_comment(body["body"], number=number)
        return 200 + (method == "POST"), {"id": number}

    def add_comment(self, body: str, kind: str = "Bot", number: int = 0) -> None:
        number = number or len(self.comments) + 1
        self.comments[number] = {"id": number, "body": body, "user": {"type": kind}}


def refuse_output(output: Any) -> str:
    """What GitHub's description of the API refuses."""
    if len(output["annotations"]) > 50 or len(output["summary"]) > 65_535 or not output["title"]:
        return "Invalid request: output"
    for annotation in output["annotations"]:
        if not {"path", "start_line", "end_line", "annotation_level", "message"} <= annotation.keys():
            return "Invalid request: a key is missing"
        if annotation["annotation_level"] not in LEVELS or not annotation["message"]:
            return "Invalid request: annotation_level or message"
        if len(annotation["title"]) > 255 or len(annotation["message"].encode()) > 65_536:
            return "Invalid request: too long"
    return ""


def make_handler(github: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            github.requests.append((self.command, self.path))
            if github.failures:
                status, headers, data = github.failures.pop(0)
            else:
                is_json = self.headers.get("Content-Type") == "application/json"
                token = self.headers.get("Authorization", "")
                status, value = 415, None
                if is_json:
                    status, value = github.answer(
                        self.command, self.path, json.loads(content or "null"), token
                    )
                headers, data = {}, json.dumps(value).encode()
            if status == 0:
                self.connection.close()
                return
            self.send_response(status)
            for name, header in headers.items():
                self.send_header(name, header)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = handle_any

        def log_message(self, format: str, *values: Any) -> None:
            """Keep the log of the tests clean."""

    return Handler


@pytest.fixture
def github() -> GitHub:
    return GitHub()


@pytest.fixture
def api(github: GitHub) -> Iterator[Api]:
    """A client of the stand-in, whose waiting takes no time."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), make_handler(github))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/api/v3"
    yield Api(url, "secret", WebClient({}, timeout_seconds=5), github.make_retries(), lambda: github.now)
    server.shutdown()
    thread.join()
    server.server_close()
