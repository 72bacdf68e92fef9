"""A Panther deployment on loopback: Lambda's Invoke, STS and GitHub's OIDC endpoint over real HTTP.

It accepts uploads of both wire formats by the rules of `panther_ci.deployments.local.acceptance`, keeps what
it took in memory, and records every request, so that a test can count them.

In a process: `with StandIn() as deployment:` then set AWS_ENDPOINT_URL to `deployment.url`, and
ACTIONS_ID_TOKEN_REQUEST_URL to `deployment.token_url`; read `deployment.invocations`,
`deployment.roles` and `deployment.tokens`; plan faults by `deployment.fail("throttle", "hang:5")`.

As a program: `python -m tests.deployments.standin --port 9000 [--fault FAULT]...` (the folder of the
repository as working directory, any AWS keys in the client's environment). `GET /standin` answers with
the invocations, roles and stored ids as JSON; `POST /standin` with a JSON list of faults plans them.

Each fault befalls one request, in order. A fault is one of:
  lambda: throttle | aws:STATUS:CODE | hang:SECONDS (takes the archive, then is silent) | close (takes the
    archive, then hangs up) | cut (an answer that breaks off) | function-error:WORDS |
    status:CODE:WORDS (an answer of the function; without words its body is empty) |
    answer:TEXT (that very payload)
  STS:  sts:STATUS:CODE | sts-close (hangs up)
  OIDC: oidc:STATUS | oidc-answer:TEXT
"""

import argparse
import base64
import hashlib
import json
import re
import threading
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from panther_ci.deployment_rules.uploads import LONGEST_LEGACY_ID
from panther_ci.deployments.local.acceptance import (
    Entity,
    Key,
    RefusalError,
    accept,
    check_types,
    count_changes,
)
from panther_ci.kinds import LEGACY, LEGACY_GLOBALS, AnalysisType
from tools.loopback import LoopbackServer

LIMIT_BYTES = 6 * 1024 * 1024
ROLE_KEY = "ASIAROLEROLEROLEROLE"
TOKEN = "header.claims.signature"
LEGACY_ID = re.compile(rf"[a-zA-Z0-9\-. ]{{1,{LONGEST_LEGACY_ID}}}")


def accept_legacy(data: bytes) -> tuple[Entity, ...]:
    """What Panther 1.x takes of an archive: fewer types, and narrower ids but for those of globals."""
    entities = accept(data)
    for entity in entities:
        if entity.type not in LEGACY:
            raise RefusalError(400, f"unsupported AnalysisType {entity.type.value!r}")
        # It could also be a policy of this one name.
        is_module = entity.id == LEGACY_GLOBALS or (
            entity.type is AnalysisType.GLOBAL and entity.id.isidentifier()
        )
        if not is_module and not LEGACY_ID.fullmatch(entity.id):
            words = f"must be 1 to {LONGEST_LEGACY_ID} letters, digits, '-', '.' and spaces"
            raise RefusalError(400, f"ID {entity.id} {words}")
    return entities


@dataclass(frozen=True)
class Invocation:
    """One upload as it came: who signed it, in which wire format, and which zip it carried."""

    function: str
    wire: str
    user_id: str
    sha256: str
    access_key: str
    region: str


@dataclass(frozen=True)
class RoleRequest:
    """One request to STS."""

    action: str
    role: str
    session: str
    token: str
    access_key: str


@dataclass(frozen=True)
class TokenRequest:
    """One request for an OIDC token."""

    audience: str
    authorization: str


class StandIn(LoopbackServer):
    """The deployment; a context manager that serves while it is entered."""

    def __init__(self, port: int = 0, functions: tuple[str, ...] = ("panther-analysis-api",)) -> None:
        super().__init__(port, _Handler)
        self.functions = functions
        self.entities: dict[Key, Entity] = {}
        self.invocations: list[Invocation] = []
        self.deletions: list[dict[str, Any]] = []
        self.roles: list[RoleRequest] = []
        self.tokens: list[TokenRequest] = []
        self._faults: list[str] = []
        self.busy = threading.Lock()

    @property
    def url(self) -> str:
        """The endpoint of Lambda and STS."""
        return self.address

    @property
    def token_url(self) -> str:
        """The endpoint of OIDC tokens, with a query as GitHub's has one."""
        return f"{self.url}/token?api-version=2.0"

    def fail(self, *faults: str) -> None:
        """Plan faults, each for one request."""
        self._faults.extend(faults)

    def take_fault(self, *kinds: str) -> tuple[str, list[str]]:
        """The next planned fault of these kinds, as its kind and its arguments; empty for none."""
        for fault in self._faults:
            kind, *rest = fault.split(":", 1)
            if kind in kinds:
                self._faults.remove(fault)
                return kind, rest
        return "", []

    def upload(self, archive: bytes, wire: str) -> tuple[int, dict[str, Any]]:
        """What the function answers to an archive: a status and a body."""
        if not self.busy.acquire(blocking=False):
            return 400, {"message": "another upload in progress"}
        try:
            entities = accept_legacy(archive) if wire == "upload" else accept(archive)
            check_types(entities, self.entities)
            counts = count_changes(entities, self.entities)
            self.entities |= {entity.key: entity for entity in entities}
            return 200, dict(counts)
        except RefusalError as refusal:
            return refusal.status, {"message": refusal.message}
        finally:
            self.busy.release()

    def report(self) -> dict[str, Any]:
        """All that was recorded, for a client in another process."""
        return {
            "invocations": [asdict(invocation) for invocation in self.invocations],
            "roles": [asdict(role) for role in self.roles],
            "ids": sorted(entity.id for entity in self.entities.values()),
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand_in: StandIn

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests read what was recorded."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/token":
            self._give_token(parse_qs(parts.query).get("audience", [""])[0])
        elif parts.path == "/standin":
            self._answer(200, json.dumps(self.stand_in.report()).encode())
        else:
            self._answer(404, b"{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        function = re.fullmatch(r"/2015-03-31/functions/([^/]+)/invocations", unquote(self.path))
        if function:
            self._invoke(function[1], body)
        elif self.path == "/standin":
            self.stand_in.fail(*json.loads(body))
            self._answer(200, b"{}")
        else:
            self._assume({key: values[0] for key, values in parse_qs(body.decode()).items()})

    # Lambda ---------------------------------------------------------------------------------------

    def _invoke(self, function: str, payload: bytes) -> None:
        kind, rest = self.stand_in.take_fault("throttle", "aws")
        if kind == "throttle":
            return self._aws_error(429, "TooManyRequestsException", "Rate Exceeded.")
        if kind == "aws":
            status, code = rest[0].split(":")
            return self._aws_error(int(status), code, "words of AWS")
        if len(payload) > LIMIT_BYTES:
            return self._aws_error(
                413, "RequestTooLargeException", f"Request must be smaller than {LIMIT_BYTES}"
            )
        access_key, region = self._signer()
        if function.rpartition(":")[2] not in self.stand_in.functions:
            return self._aws_error(404, "ResourceNotFoundException", f"Function not found: {function}")
        if self.headers.get("X-Amz-Invocation-Type") == "DryRun":
            return self._answer(204, b"")
        request = json.loads(payload)
        if {"deleteDetections", "deleteSavedQueriesByName"} & request.keys():
            return self._delete(request)
        wire, user_id, archive = _read_request(request)
        digest = hashlib.sha256(archive).hexdigest()
        self.stand_in.invocations.append(Invocation(function, wire, user_id, digest, access_key, region))
        return self._answer_upload(archive, wire)

    def _delete(self, request: dict[str, Any]) -> None:
        """Delete, or say what there is, and answer as a function that ended well, but for faults."""
        ((kind, wanted),) = request.items()
        self.stand_in.deletions.append(request)
        fault, rest = self.stand_in.take_fault("close", "function-error", "status", "answer")
        if kind == "deleteDetections":
            ids, table, name = {each["id"] for each in wanted["entries"]}, "", "ids"
        else:
            ids, table, name = set(wanted["names"]), "query", "names"
        found = sorted(key for key in self.stand_in.entities if key[0] == table and key[1] in ids)
        for key in () if wanted["dryRun"] or fault in ("function-error", "status", "answer") else found:
            del self.stand_in.entities[key]
        body: dict[str, Any] = {name: [id for _, id in found]}
        if fault == "close":
            self.close_connection = True
        elif fault == "function-error":
            words = json.dumps({"errorMessage": rest[0], "errorType": "Runtime.ExitError"}).encode()
            self._answer(200, words, {"X-Amz-Function-Error": "Unhandled"})
        elif fault == "answer":
            self._answer(200, rest[0].encode())
        elif fault == "status":
            status, _, words = rest[0].partition(":")
            answer = {"statusCode": int(status), "body": json.dumps({"message": words})}
            self._answer(200, json.dumps(answer).encode())
        else:
            self._answer(200, json.dumps({"statusCode": 200, "body": json.dumps(body)}).encode())

    def _answer_upload(self, archive: bytes, wire: str) -> None:
        kind, rest = self.stand_in.take_fault("hang", "close", "cut", "function-error", "status", "answer")
        argument = rest[0] if rest else ""
        if kind == "function-error":
            words = json.dumps({"errorMessage": argument, "errorType": "Runtime.ExitError"}).encode()
            return self._answer(200, words, {"X-Amz-Function-Error": "Unhandled"})
        if kind == "status":
            status, _, words = argument.partition(":")
            body = json.dumps({"message": words}) if words else ""
            return self._answer(200, json.dumps({"statusCode": int(status), "body": body}).encode())
        if kind == "answer":
            return self._answer(200, argument.encode())
        status, counts = self.stand_in.upload(archive, wire)
        answer = json.dumps({"statusCode": status, "body": json.dumps(counts)}).encode()
        if kind == "hang":
            self.stand_in.closing.wait(float(argument))
        if kind == "close":
            self.close_connection = True
            return None
        return self._answer(200, answer, {"Content-Length": str(len(answer) + 100)} if kind == "cut" else {})

    def _signer(self) -> tuple[str, str]:
        """The access key and the region a request was signed with (Signature Version 4)."""
        scope = re.search(r"Credential=([^/]+)/\d+/([^/]+)/", self.headers.get("Authorization", ""))
        return (scope[1], scope[2]) if scope else ("", "")

    def _aws_error(self, status: int, code: str, words: str) -> None:
        answer = json.dumps({"Type": "User", "Message": words}).encode()
        self._answer(status, answer, {"x-amzn-ErrorType": code})

    # STS and OIDC ---------------------------------------------------------------------------------

    def _assume(self, form: dict[str, str]) -> None:
        kind, rest = self.stand_in.take_fault("sts", "sts-close")
        action, token = form.get("Action", ""), form.get("WebIdentityToken", "")
        names = form.get("RoleArn", ""), form.get("RoleSessionName", "")
        self.stand_in.roles.append(RoleRequest(action, *names, token, self._signer()[0]))
        if kind:
            status, code = rest[0].split(":")
            return self._answer(
                int(status), _STS_ERROR.format(code=code).encode(), {"Content-Type": "text/xml"}
            )
        answer = _STS_ANSWER.format(action=action, key=ROLE_KEY).encode()
        return self._answer(200, answer, {"Content-Type": "text/xml"})

    def _give_token(self, audience: str) -> None:
        kind, rest = self.stand_in.take_fault("oidc", "oidc-answer")
        self.stand_in.tokens.append(TokenRequest(audience, self.headers.get("Authorization", "")))
        if kind == "oidc":
            return self._answer(int(rest[0]), b"{}", {"Location": f"{self.stand_in.url}/elsewhere"})
        return self._answer(200, rest[0].encode() if kind else json.dumps({"value": TOKEN}).encode())

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        given = {"Content-Type": "application/json", "Content-Length": str(len(body))} | (headers or {})
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


_STS_ERROR = """<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>{code}</Code><Message>words of STS</Message></Error><RequestId>1</RequestId></ErrorResponse>"""
_STS_ANSWER = """<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>
<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey>
<SessionToken>role-session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>
</{action}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>"""


def _read_request(payload: dict[str, Any]) -> tuple[str, str, bytes]:
    """The wire format, the user and the zip of a request."""
    if "bulkUpload" in payload:
        upload = payload["bulkUpload"]
        return "bulk-upload", upload["userId"], base64.b64decode(upload["data"], validate=True)
    assert (payload["resource"], payload["HTTPMethod"]) == ("/upload", "POST")
    upload = json.loads(payload["Body"])
    return "upload", upload["UserID"], base64.b64decode(upload["Data"], validate=True)


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", action="append", default=[])
    arguments = parser.parse_args()
    with StandIn(arguments.port) as deployment:
        deployment.fail(*arguments.fault)
        print(deployment.url, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
