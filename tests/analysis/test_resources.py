"""The lookup of another resource, in a process of its own, against a table served on loopback."""

import json
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from tools.library import ANALYSIS

BUCKET = "arn:aws:s3:::trail-logs"
LOOK_UP = """
import json, sys
from aws_resources import find_resource
print(json.dumps([find_resource(wanted) for wanted in json.loads(sys.argv[1])]))
"""


class Table(BaseHTTPRequestHandler):
    """Answers GetItem as DynamoDB does; an id that begins with "refused" gets an error."""

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.headers["X-Amz-Target"], request))
        wanted = request["Key"]["id"]["S"]
        refused = wanted.startswith("refused")
        answer = {"Item": self.server.items[wanted]} if wanted in self.server.items else {}
        body = json.dumps({"__type": "AccessDeniedException"} if refused else answer).encode()
        self.send_response(400 if refused else 200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def table():
    with ThreadingHTTPServer(("127.0.0.1", 0), Table) as server:
        server.requests, server.items = [], {}
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def look_up(wanted, environment):
    """Return what find_resource answers to each id; an interpreter of its own keeps boto3 out of this one."""
    command = [sys.executable, "-c", LOOK_UP, json.dumps(wanted)]
    settings = {"PYTHONPATH": str(ANALYSIS / "globals"), "AWS_EC2_METADATA_DISABLED": "true"} | environment
    done = subprocess.run(command, env=settings, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def reach(server):
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_ACCESS_KEY_ID": "example",
        "AWS_SECRET_ACCESS_KEY": "example",
    }


def test_a_known_resource_is_found_with_plain_values(table):
    attributes = {
        "Name": {"S": "trail-logs"},
        "Rules": {"L": [{"M": {"Days": {"N": "90"}}}]},
        "Open": {"BOOL": False},
    }
    table.items[BUCKET] = {"id": {"S": BUCKET}, "attributes": {"M": attributes}}
    assert look_up([BUCKET], reach(table)) == [{"Name": "trail-logs", "Rules": [{"Days": 90}], "Open": False}]
    target, request = table.requests[0]
    assert target.endswith(".GetItem")
    assert request == {"TableName": "panther-resources", "Key": {"id": {"S": BUCKET}}}


def test_what_is_unknown_is_none(table):
    assert look_up(["unknown"], reach(table)) == [None]
    assert len(table.requests) == 1


def test_what_is_unreadable_or_refused_is_not_taken_for_unknown(table):
    table.items["text"] = {"id": {"S": "text"}, "attributes": {"S": "x"}}
    table.items["bare"] = {"id": {"S": "bare"}}
    assert look_up(["text", "bare", "refused"], reach(table)) == ["unreadable"] * 3
    assert len(table.requests) == 3


def test_what_is_no_id_is_not_looked_up(table):
    assert look_up(["", None, 7, {"id": "x"}], reach(table)) == [None] * 4
    assert table.requests == []


def test_without_a_deployment_nothing_can_be_told():
    assert look_up([BUCKET], {}) == ["unreadable"]
