"""The stand-in over HTTP: the path, the header and the JSON of the API, each query checked by graphql-core.

In a process: `with StandIn() as standin:`, then PANTHER_API_HOST is `standin.url` and PANTHER_API_TOKEN is
`standin.state.key`. `standin.state` has the entities, uploads and calls; `standin.fail("upload:reset")`
plans faults. `StandIn(lacking={"uploadDetectionEntitiesAsync"})` is an older deployment, without fields of
these names.

As a program: `python -m tools.api_standin [--port 9000] [--steps 2] [--fault FAULT]... [--lacking NAME]...`
prints the URL. `GET /standin` answers with the calls, the uploads, the ids and the order in which they were
written as JSON; `POST /standin` with a JSON list of faults plans them.

An upload is processed when `steps` more requests of any kind have come, so nothing depends on a clock.

Each fault befalls one request, in order, and is written OPERATION:KIND[:ARGUMENT]. The operation is one of
version, schema, upload, status, validate, validation, delete, delete-queries, list (of the REST API), or any.
The kind is one of:
  hang:SECONDS (does it, then is silent) | stall:SECONDS (does nothing, and is silent) |
  reset (does it, then hangs up) | cut (does it, and the answer breaks off) |
  after:STATUS (does it, then answers with this status and nothing else) |
  http:STATUS[:BODY] (does nothing) | throttle (429 with Retry-After: 7; does nothing) |
  error:WORDS (a GraphQL error; does nothing) | code:CODE (the same with this code) |
  garbage:TEXT (this very body with status 200; does nothing) | busy (the error of another upload) |
  expire (from now on no token is accepted) | date:TEXT (another header Date)
  for upload: failed:WORDS (received, and its state is FAILED with these words) | never (it never ends)
  for validate: issues:JSON (a list of {path, errorMessage})
"""

import argparse
import json
import threading
from collections.abc import Collection, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from graphql import (
    REMOVE,
    FieldDefinitionNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    ValidationRule,
    Visitor,
    build_ast_schema,
    execute_sync,
    parse,
    specified_rules,
    validate,
    visit,
)

from tools.api_standin.contents import list_page
from tools.api_standin.state import BUSY, ApiError, Call, Fault, State, resolvers
from tools.loopback import LoopbackServer

OPERATIONS = {
    "generalSettings": "version",
    "__schema": "schema",
    "uploadDetectionEntities": "upload",
    "uploadDetectionEntitiesAsync": "upload",
    "detectionEntitiesUploadStatus": "status",
    "validateBulkUpload": "validate",
    "validateBulkUploadStatus": "validation",
    "deleteDetections": "delete",
    "deleteSavedQueriesByName": "delete-queries",
}
PATH = "/public/graphql"
RETRY_AFTER = {"Retry-After": "7"}
# The kinds of fault that keep a request from having an effect.
_UNDONE = ("stall", "http", "throttle", "error", "code", "garbage", "busy", "expire")


def build_schema(lacking: Collection[str]) -> GraphQLSchema:
    """The schema without the fields of these names."""

    class Remove(Visitor):
        """Removes fields."""

        def enter_field_definition(self, node: FieldDefinitionNode, *_: object) -> Any:
            """Remove a field that is lacking."""
            return REMOVE if node.name.value in lacking else None

    document = parse(Path(__file__).with_name("schema.graphql").read_text())
    return build_ast_schema(visit(document, Remove()))


class FilledSelections(ValidationRule):
    """Refuses a selection of nothing, as most servers do; newer parsers allow it."""

    def enter_selection_set(self, node: SelectionSetNode, *_: object) -> None:
        """Report a selection without fields."""
        if not node.selections:
            self.report_error(GraphQLError("nothing is selected", node))


class StandIn(LoopbackServer):
    """The deployment; a context manager that serves while it is entered."""

    def __init__(self, port: int = 0, lacking: Collection[str] = (), steps: int = 2) -> None:
        super().__init__(port, _Handler)
        self.state = State(steps=steps)
        self.schema = build_schema(lacking)

    @property
    def url(self) -> str:
        """The address of the API."""
        return f"{self.address}{PATH}"

    def fail(self, *faults: str) -> None:
        """Plan faults, each for one request."""
        with self.state.lock:
            self.state.faults += map(Fault.parse, faults)

    def execute(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], Fault | None]:
        """The answer to a request as GraphQL gives it, and the fault that befalls it."""
        document = parse(request["query"])
        errors = validate(self.schema, document, (*specified_rules, FilledSelections))
        if errors:
            shown = [
                each.formatted | {"extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}} for each in errors
            ]
            return {"errors": shown}, None
        operation = OPERATIONS[find_field(document.definitions)]
        with self.state.lock:
            self.state.calls.append(Call(operation, request.get("variables") or {}))
            fault = self.state.take_fault(operation)
            if fault and fault.kind in _UNDONE:
                return {}, fault
            self.state.advance()
            result = execute_sync(
                self.schema,
                document,
                root_value=resolvers(self.state, fault),
                variable_values=request.get("variables"),
            )
        for error in result.errors or []:
            if error.original_error and not isinstance(error.original_error, (ApiError, GraphQLError)):
                raise error.original_error
        return dict(result.formatted), fault


def find_field(definitions: Collection[Any]) -> str:
    """The first field of a request."""
    operation = next(each for each in definitions if isinstance(each, OperationDefinitionNode))
    (field, *_) = operation.selection_set.selections
    return field.name.value if isinstance(field, FieldNode) else ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand_in: StandIn
    date = ""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests read what was recorded."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The header Date."""
        return self.date or super().date_time_string(timestamp)

    def do_GET(self) -> None:
        """Answer with what was recorded, or with a page of a list of the REST API."""
        state = self.stand_in.state
        if self.path == "/standin":
            with state.lock:
                return self._answer(200, json.dumps(state.report()).encode())
        if self.headers.get("X-API-Key") != state.key:
            return self._answer(403, b'{"message":"Forbidden"}')
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with state.lock:
            state.calls.append(Call("list", {"path": parts.path, **query}))
            fault = state.take_fault("list")
            limit = int(query.get("limit", 100))
            page = list_page(state.contents, parts.path, query.get("cursor", ""), limit)
        if page is None:
            return self._answer(404, b'{"message":"not found"}')
        answer = json.dumps(page).encode()
        return self._answer_with(fault, answer) if fault else self._answer(200, answer)

    def do_POST(self) -> None:
        """Answer to a request, or plan faults."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/standin":
            self.stand_in.fail(*json.loads(body))
            return self._answer(200, b"{}")
        if self.path != PATH:
            return self._answer(404, b"<html>not here</html>")
        if self.headers.get("X-API-Key") != self.stand_in.state.key:
            return self._answer(403, b'{"message":"Forbidden"}')
        answer, fault = self.stand_in.execute(json.loads(body))
        if fault is None:
            return self._answer(200, json.dumps(answer).encode())
        return self._answer_with(fault, json.dumps(answer).encode())

    def _answer_with(self, fault: Fault, answer: bytes) -> None:
        """The answer that a fault changes."""
        kind, argument = fault.kind, fault.argument
        if kind in ("hang", "stall"):
            self.stand_in.closing.wait(float(argument))
        if kind in ("hang", "stall", "reset"):
            self.close_connection = True
            return None
        if kind == "cut":
            return self._answer(200, answer, {"Content-Length": str(len(answer) + 100)})
        if kind in ("after", "http"):
            status, _, body = argument.partition(":")
            return self._answer(int(status), body.encode())
        if kind == "throttle":
            return self._answer(429, b"{}", RETRY_AFTER)
        if kind in ("error", "busy", "code"):
            error = {"message": BUSY if kind == "busy" else argument, "extensions": {"code": argument}}
            return self._answer(200, json.dumps({"data": None, "errors": [error]}).encode())
        if kind == "garbage":
            return self._answer(200, argument.encode())
        if kind == "expire":
            self.stand_in.state.key = "expired"
            return self._answer(403, b'{"message":"Forbidden"}')
        self.date = argument if kind == "date" else ""
        return self._answer(200, answer)

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        given = {"Content-Type": "application/json", "Content-Length": str(len(body))} | dict(headers or {})
        if given["Content-Length"] != str(len(body)):
            self.close_connection = True
        try:
            self.send_response(status)
            for name, value in given.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--lacking", action="append", default=[])
    arguments = parser.parse_args()
    with StandIn(arguments.port, arguments.lacking, arguments.steps) as standin:
        standin.fail(*arguments.fault)
        print(standin.url, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return
