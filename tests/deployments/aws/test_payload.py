"""What an invocation sends, and what its answer is taken for."""

import base64
import json

import pytest

from panther_ci.deployments.aws.payload import (
    REQUEST_LIMIT_BYTES,
    bound,
    read_answer,
    read_function_error,
    write_request,
)
from panther_ci.deployments.base import Wire
from panther_ci.errors import DeploymentError

COUNTS = {f"{kind}{family}": 0 for family in ("Policies", "Rules") for kind in ("new", "modified", "total")}
UNSURE = "It may have taken the archive. Look at its state; uploading the same archive again does no harm."


def test_each_wire_format_has_its_own_request():
    data = base64.b64encode(b"PK").decode()
    assert json.loads(write_request(b"PK", "me", Wire.BULK_UPLOAD)) == {
        "bulkUpload": {"data": data, "userId": "me"}
    }
    old = json.loads(write_request(b"PK", "me", Wire.UPLOAD))
    assert (old["resource"], old["HTTPMethod"], set(old)) == (
        "/upload",
        "POST",
        {"resource", "HTTPMethod", "Body"},
    )
    assert json.loads(old["Body"]) == {"Data": data, "UserID": "me"}


@pytest.mark.parametrize("wire", Wire)
def test_a_request_may_have_what_lambda_takes_and_no_byte_more(wire):
    room = REQUEST_LIMIT_BYTES - len(write_request(b"", "", wire))
    user = "x" * (room % 4)
    assert len(write_request(b"x" * (room // 4 * 3), user, wire)) == REQUEST_LIMIT_BYTES == 6_291_456
    with pytest.raises(DeploymentError) as raised:
        write_request(b"x" * (room // 4 * 3), f"{user}x", wire)
    told = "The request of 6,291,457 bytes is larger than the 6,291,456 Lambda takes."
    assert (raised.value.message, raised.value.hint) == (told, "Deploy fewer specs at a time, by `path`.")


@pytest.mark.parametrize(
    "answer",
    [
        COUNTS,
        {"statusCode": 200, "body": json.dumps(COUNTS)},
        {"statusCode": 200, "body": COUNTS},
        COUNTS | {"newGlobals": 1, "more": "text"},
    ],
)
def test_counts_are_read_with_or_without_a_status(answer):
    assert read_answer(json.dumps(answer).encode()).items() >= COUNTS.items()


BAD_COUNTS = [
    *({name: value for name, value in COUNTS.items() if name != left_out} for left_out in COUNTS),
    *(COUNTS | {"totalRules": wrong} for wrong in (True, 1.0, "1", None)),
    {},
]


@pytest.mark.parametrize(
    "text",
    [
        *map(json.dumps, BAD_COUNTS),
        *(json.dumps({"statusCode": 200, "body": json.dumps(counts)}) for counts in BAD_COUNTS),
        *("[]", "7", "null", "nonsense", '{"statusCode": 200}', '{"statusCode": 200, "body": "[]"}'),
    ],
)
def test_an_answer_without_counts_can_not_be_read(text):
    with pytest.raises(DeploymentError) as raised:
        read_answer(text.encode())
    assert raised.value.message == f"The deployment's answer can't be read: {text}"
    assert raised.value.hint == UNSURE


@pytest.mark.parametrize("payload", [b"", b"  \n"])
def test_an_empty_answer_is_called_empty(payload):
    with pytest.raises(DeploymentError, match=r"can't be read: it is empty$"):
        read_answer(payload)


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (400, '{"message": "policy A is missing"}', "400: policy A is missing"),
        (400, "plain words", "400: plain words"),
        (400, {"message": "words"}, "400: words"),
        (400, '{"message": 7}', '400: {"message": 7}'),
        (400, '["words"]', '400: ["words"]'),
        (409, None, "409: it gives no reason"),
        (500, "", "500: it gives no reason"),
        ("200", "{}", '"200": {}'),
        (201, " words ", "201: words"),
        (None, "", "null: it gives no reason"),
    ],
)
def test_a_refusal_is_quoted_with_its_status(status, body, told):
    with pytest.raises(DeploymentError) as raised:
        read_answer(json.dumps({"statusCode": status, "body": body}).encode())
    assert raised.value.message == f"The deployment answered {told}"


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b'{"errorMessage": "words", "errorType": "x"}', "words"),
        (b'{"errorMessage": 7}', '{"errorMessage": 7}'),
        (b'["words"]', '["words"]'),
        (b"caf\xe9", "caf\ufffd"),
        (b"", "it says nothing more"),
        (b'{"errorMessage": " "}', "it says nothing more"),
    ],
)
def test_a_function_that_failed_is_quoted(payload, told):
    error = read_function_error(payload)
    assert error.message == f"The deployment failed while it handled the request: {told}"
    assert error.hint == "It may have taken a part of the archive. See the function's log, then deploy again."


def test_foreign_words_are_cut_past_2000_characters():
    assert (bound(" x "), bound("x" * 2000)) == ("x", "x" * 2000)
    assert bound("x" * 2001) == f"{'x' * 2000}… (2,001 characters)"
