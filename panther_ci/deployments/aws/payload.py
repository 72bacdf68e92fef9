"""An archive as a request to `panther-analysis-api`, and its answer as counts."""

import base64
import json
from collections.abc import Mapping

from panther_ci.deployments.base import Deleted, Deletion, Wire
from panther_ci.deployments.local.acceptance import ALWAYS_COUNTED
from panther_ci.errors import DeploymentError
from panther_ci.model import Json

# docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB for a synchronous request.
REQUEST_LIMIT_BYTES = 6 * 1024 * 1024

_WORDS_LIMIT = 2000
_UNSURE = "It may have taken the archive. Look at its state; uploading the same archive again does no harm."


def write_request(data: bytes, user_id: str, wire: Wire) -> bytes:
    """The payload of an invocation; raises `DeploymentError` when Lambda would refuse its size."""
    archive = base64.b64encode(data).decode()
    request: Json
    if wire == Wire.UPLOAD:
        body = json.dumps({"Data": archive, "UserID": user_id})
        request = {"resource": "/upload", "HTTPMethod": "POST", "Body": body}
    else:
        request = {"bulkUpload": {"data": archive, "userId": user_id}}
    payload = json.dumps(request).encode()
    if len(payload) > REQUEST_LIMIT_BYTES:
        raise DeploymentError(
            f"The request of {len(payload):,} bytes is larger than the {REQUEST_LIMIT_BYTES:,} Lambda takes.",
            "Deploy fewer specs at a time, by `path`.",
        )
    return payload


def write_deletion(wanted: Deletion, user_id: str, dry_run: bool) -> bytes:
    """The payload that deletes what is wanted; a dry run also asks for what is linked."""
    common: dict[str, Json] = {"dryRun": dry_run, "userId": user_id}
    if wanted.detections:
        entries: list[Json] = [{"id": id} for id in wanted.detections]
        body = {**common, "entries": entries, "includeSavedQueries": dry_run}
        return json.dumps({"deleteDetections": body}).encode()
    body = {**common, "names": [*wanted.queries], "includeDetections": dry_run}
    return json.dumps({"deleteSavedQueriesByName": body}).encode()


def read_deleted(payload: bytes, dry_run: bool) -> Deleted:
    """What an answer says was or would be deleted; raises `DeploymentError` with the deployment's own words.

    An answer that says nothing of either kind is none.
    """
    body = _read_body(payload)
    if not isinstance(body, dict) or not {"ids", "names"} & body.keys():
        raise _unreadable(payload)
    linked = Deletion(_texts(body, "detectionIds"), _texts(body, "savedQueryNames"))
    found = Deletion(_texts(body, "ids"), _texts(body, "names"))
    return Deleted(found, linked if dry_run else Deletion())


def _texts(body: Mapping[str, Json], name: str) -> tuple[str, ...]:
    values = body.get(name)
    return tuple(each for each in values if isinstance(each, str)) if isinstance(values, list) else ()


def read_answer(payload: bytes) -> Mapping[str, Json]:
    """The counts in an answer; raises `DeploymentError` with the deployment's own words if it has none."""
    return _check_counts(_read_body(payload), payload)


def _read_body(payload: bytes) -> Json:
    """What the function answers, with or without a status; raises `DeploymentError` for one that failed."""
    answer = _parse(payload)
    if not isinstance(answer, dict):
        raise _unreadable(payload)
    if "statusCode" not in answer:
        return answer
    status, body = answer["statusCode"], answer.get("body") or ""
    text = body if isinstance(body, str) else json.dumps(body)
    if status != 200:
        raise _refused(status, text)
    return _parse(text.encode())


def read_function_error(payload: bytes) -> DeploymentError:
    """What a function that failed says of itself (Lambda: errorMessage, errorType, stackTrace)."""
    answer = _parse(payload)
    words = answer.get("errorMessage") if isinstance(answer, dict) else None
    text = words if isinstance(words, str) else _decode(payload)
    return DeploymentError(
        f"The deployment failed while it handled the request: {bound(text) or 'it says nothing more'}",
        "It may have taken a part of the archive. See the function's log, then deploy again.",
    )


def bound(text: str) -> str:
    """Text that others wrote, cut to a length that can be shown."""
    text = text.strip()
    return text if len(text) <= _WORDS_LIMIT else f"{text[:_WORDS_LIMIT]}… ({len(text):,} characters)"


def _parse(payload: bytes) -> Json:
    try:
        parsed: Json = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return parsed


def _decode(payload: bytes) -> str:
    return payload.decode("utf-8", "replace")


def _check_counts(body: Json, payload: bytes) -> Mapping[str, Json]:
    if not isinstance(body, dict) or any(type(body.get(key)) is not int for key in ALWAYS_COUNTED):
        raise _unreadable(payload)
    return body


def _unreadable(payload: bytes) -> DeploymentError:
    words = bound(_decode(payload))
    return DeploymentError(f"The deployment's answer can't be read: {words or 'it is empty'}", _UNSURE)


def _refused(status: Json, text: str) -> DeploymentError:
    answer = _parse(text.encode())
    words = answer.get("message") if isinstance(answer, dict) else None
    said = bound(words if isinstance(words, str) else text)
    message = f"The deployment answered {bound(json.dumps(status))}: {said or 'it gives no reason'}"
    if status == 400:
        return DeploymentError(
            message, "It took nothing of this archive. Correct what it names, then deploy again."
        )
    if status == 409:
        return DeploymentError(message, "An id can't change its type: give the detection another id.")
    return DeploymentError(message, "See the log of the deployment's function, then deploy again.")
