"""A client of yaml-language-server, which is what editors ask about YAML files."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Editor:
    """An editor in which a folder is open; `settings` are those below `yaml`."""

    def __init__(self, program: Path, folder: Path, settings: Mapping[str, Any]) -> None:
        self.settings = {"schemaStore": {"enable": False}, **settings}
        self.settings |= {"validate": True, "hover": True, "completion": True}
        self.number, self.version, self.diagnostics = 0, 0, dict[str, list[dict[str, Any]]]()
        command = ("node", program, "--stdio")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder)
        abilities = {"workspace": {"configuration": True}, "textDocument": {"hover": {}, "completion": {}}}
        root = [{"uri": folder.as_uri(), "name": "detections"}]
        self.ask(
            "initialize",
            processId=None,
            rootUri=folder.as_uri(),
            workspaceFolders=root,
            capabilities=abilities,
        )
        self.tell("initialized")

    def close(self) -> None:
        """End the server."""
        self.ask("shutdown")
        self.tell("exit")
        self.process.communicate(timeout=60)

    def open(self, texts: Mapping[Path, str]) -> dict[Path, list[str]]:
        """Open files with these texts, and return what is marked in each: the line, and the message."""
        for path, text in texts.items():
            # The server remembers each version of a file, also after it was closed.
            self.version += 1
            document = {"uri": path.as_uri(), "languageId": "yaml", "version": self.version, "text": text}
            self.tell("textDocument/didOpen", textDocument=document)
        return {path: self.await_diagnostics(path) for path in texts}

    def shut(self, *paths: Path) -> None:
        """Close files, of which nothing is marked any more."""
        for path in paths:
            self.tell("textDocument/didClose", textDocument={"uri": path.as_uri()})
        assert not any(self.await_diagnostics(path) for path in paths)

    def await_diagnostics(self, path: Path) -> list[str]:
        """What the server tells next of a file."""
        while path.as_uri() not in self.diagnostics:
            self.read()
        found = self.diagnostics.pop(path.as_uri())
        return [f"{each['range']['start']['line'] + 1}: {each['message']}" for each in found]

    def complete(self, path: Path, line: int, column: int) -> list[str]:
        """What the server offers at a place; lines and columns begin with 0."""
        found = self.ask_at("completion", path, line, column)
        items = found["items"] if isinstance(found, dict) else found
        return [item["label"] for item in items]

    def hover(self, path: Path, line: int, column: int) -> str:
        """What the server tells of a place."""
        found = self.ask_at("hover", path, line, column)
        return str(found["contents"]["value"]) if found else ""

    def ask_at(self, method: str, path: Path, line: int, column: int) -> Any:
        where = {"line": line, "character": column}
        return self.ask(f"textDocument/{method}", textDocument={"uri": path.as_uri()}, position=where)

    def ask(self, method: str, **params: Any) -> Any:
        """The answer to a request."""
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            message = self.read()
            if message.get("id") == self.number and "method" not in message:
                assert "error" not in message, message["error"]
                return message["result"]

    def tell(self, method: str, **params: Any) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def read(self) -> dict[str, Any]:
        """The next message; what the server asks is answered, and what it finds wrong is kept."""
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server has ended"
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            self.send({"id": message["id"], "result": self.answer(message)})
        return message

    def answer(self, message: Mapping[str, Any]) -> Any:
        """Settings, for each section that is asked for."""
        if message["method"] != "workspace/configuration":
            return None
        sections = [item.get("section") for item in message["params"]["items"]]
        return [self.settings if section == "yaml" else {} for section in sections]
